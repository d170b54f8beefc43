import { Alert, Skeleton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors.ts";
import type { WindowPreview, WindowValues } from "@/api/types.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { useFormat } from "@/ui/format.ts";
import { previewQuery } from "../api.ts";
import classes from "../windows.module.css";

type Device = WindowPreview["devices"][number];
type Occurrence = Device["occurrences"][number];

function moment(language: string, timeZone: string | undefined, iso: string): string {
  const parts = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat(language, { ...parts, ...(timeZone === undefined ? {} : { timeZone }) }).format(
    new Date(iso),
  );
}

function OccurrenceLine({ of, zone }: { of: Occurrence; zone: string }) {
  const { t, i18n } = useTranslation("windows");
  const format = useFormat();
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const span = (where: string) =>
    t("preview.span", { from: moment(i18n.language, where, of.start), to: moment(i18n.language, where, of.end) });
  const differs = of.length_seconds !== of.usual_seconds;
  return (
    <li>
      <div>{span(zone)}</div>
      {here === zone ? null : <div className="dim">{t("preview.yours", { span: span(here) })}</div>}
      {differs ? (
        <div className={classes.note}>{t("preview.length", { length: format.duration(of.length_seconds) })}</div>
      ) : null}
      {of.overruled_by === null ? null : (
        <div className={classes.note}>{t("preview.overruled", { name: of.overruled_by })}</div>
      )}
      {of.closed_by.length === 0 ? null : (
        <div className={classes.note}>{t("preview.closed", { names: format.list(of.closed_by) })}</div>
      )}
    </li>
  );
}

function OnDevice({ device }: { device: Device }) {
  const { t } = useTranslation("windows");
  return (
    <section>
      <h4>
        {device.hostname ?? t("preview.anyDevice", { site: device.site_name })}{" "}
        <span className="dim">{t("preview.clock", { zone: device.zone })}</span>
      </h4>
      {device.occurrences.length === 0 ? <p className="dim">{t("preview.none")}</p> : null}
      <ol className={classes.occurrences}>
        {device.occurrences.map((one) => (
          <OccurrenceLine key={one.start + one.window} of={one} zone={device.zone} />
        ))}
      </ol>
    </section>
  );
}

interface PreviewProps {
  tenantId: string;
  values: WindowValues;
  windowId: string | null;
}

/** The next occurrences of what stands in the form, as the server computes them, on some of its devices. */
export function Preview({ tenantId, values, windowId }: PreviewProps) {
  const { t } = useTranslation("windows");
  const errors = useErrorText();
  const [draft] = useDebouncedValue(values, 400);
  // A name decides nothing, and is the last thing that people think of.
  const named = draft.name === "" ? { ...draft, name: "–" } : draft;
  const { data, error } = useQuery(previewQuery(tenantId, named, windowId));
  if (error) {
    const fields = error instanceof ApiError ? error.fields : [];
    const texts = fields.length > 0 ? fields.map((field) => errors.ofField(field.code)) : [errors.of(error)];
    return (
      <Alert color="yellow" icon={<IconAlertTriangle size={16} />} role="status">
        {[...new Set(texts)].map((text) => (
          <div key={text}>{text}</div>
        ))}
      </Alert>
    );
  }
  if (data === undefined) return <Skeleton height={140} />;
  return (
    <div className={classes.preview}>
      <p className="dim">{t("preview.devices", { count: data.device_count })}</p>
      {data.opens_nothing ? <Alert color="yellow">{t("preview.opensNothing")}</Alert> : null}
      {data.devices.map((device) => (
        <OnDevice key={device.device_id ?? "none"} device={device} />
      ))}
    </div>
  );
}
