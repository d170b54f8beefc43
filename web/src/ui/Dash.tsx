import { Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** Stands for an absent value; `why` says what would have to happen for one to be there. */
export function Dash({ why }: { why?: string }) {
  const { t } = useTranslation("common");
  const dash = (
    <span className="dim">
      <span aria-hidden>{"–"}</span>
      <span className="visually-hidden">{why ?? t("none")}</span>
    </span>
  );
  return why === undefined ? dash : <Tooltip label={why}>{dash}</Tooltip>;
}
