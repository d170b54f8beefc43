import { useTranslation } from "react-i18next";
import { CopyField } from "@/ui/CopyField.tsx";

/** As an image, an SVG can neither run scripts nor load anything. */
function svgImage(svg: string): string {
  const bytes = new TextEncoder().encode(svg);
  return `data:image/svg+xml;base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`;
}

/** Secrets are easier to type in groups of four. */
function grouped(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(" ") ?? secret;
}

/** What an authenticator app is given: a picture to scan, or the secret to type. */
export function AuthenticatorSecret({
  qrSvg,
  secret,
  className,
}: {
  qrSvg: string;
  secret: string;
  className?: string | undefined;
}) {
  const { t } = useTranslation("credentials");
  return (
    <>
      <img className={className} src={svgImage(qrSvg)} alt={t("qr")} />
      <CopyField value={secret} shown={grouped(secret)} label={t("secret")} />
    </>
  );
}
