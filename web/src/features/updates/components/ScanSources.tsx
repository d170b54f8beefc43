import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { useFormat } from "@/ui/format.ts";
import classes from "../updates.module.css";

type Source = Device["scan_sources"][number];

function useSourceText(): (source: Source) => string {
  const { t } = useTranslation("updates");
  const errors = useErrorText();
  const format = useFormat();
  return ({ name, reason, list_at: at }) => {
    const why = errors.byCode(reason ?? "apt.source_failed");
    const age = at === null ? t("sources.noList") : t("sources.listAt", { at: format.dateTime(at) });
    return t("sources.failed", { name, why, age });
  };
}

/** What the last scan could not see: a sentence for each source that failed, and lines that were not understood. */
export function ScanGaps({ device }: { device: Device }) {
  const { t } = useTranslation("updates");
  const text = useSourceText();
  const failed = device.scan_sources.filter(({ outcome }) => outcome === "failed");
  const more = (device.failed_sources ?? 0) - failed.length;
  const unread = device.unread_lines ?? 0;
  if (device.scan_completeness !== "incomplete") return null;
  return (
    <section className={classes.gaps} aria-label={t("sources.title")}>
      <h3>{t("sources.title")}</h3>
      <p>{t("sources.meaning")}</p>
      <ul>
        {failed.map((source) => (
          <li key={source.name}>
            <IconAlertTriangle size={15} aria-hidden />
            <span>{text(source)}</span>
          </li>
        ))}
        {more > 0 ? <li>{t("sources.more", { count: more })}</li> : null}
        {unread > 0 ? (
          <li>
            <IconAlertTriangle size={15} aria-hidden />
            <span>
              {t("sources.unread", { count: unread })}
              {device.unread_examples.map((line) => (
                <code key={line}>{line}</code>
              ))}
            </span>
          </li>
        ) : null}
      </ul>
    </section>
  );
}
