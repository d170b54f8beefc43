import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { MaintenanceWindow } from "@/api/types.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { useFormat } from "@/ui/format.ts";
import { RelTime } from "@/ui/RelTime.tsx";
import { toastDone, toastFailed } from "@/ui/toast.tsx";
import { useRestoreWindow, versionsQuery } from "../api.ts";
import classes from "../windows.module.css";

interface VersionsProps {
  window: MaintenanceWindow;
  mayRestore: boolean;
  onDone: () => void;
}

/** Who changed what and when; any earlier state can be had back. */
export function Versions({ window, mayRestore, onDone }: VersionsProps) {
  const { t } = useTranslation("windows");
  const format = useFormat();
  const errors = useErrorText();
  const { data } = useQuery(versionsQuery(window.id));
  const restore = useRestoreWindow(window);
  return (
    <section>
      <h3>{t("versions.title")}</h3>
      <ol className={classes.versions} reversed>
        {(data?.items ?? []).map(({ version, change, at, by_name, changed }) => (
          <li key={version}>
            <span>
              {t(`versions.${change}`, { name: by_name })} <RelTime at={at} />
              {changed.length === 0 ? null : (
                <span className="dim"> {format.list(changed.map((name) => t(`field.${name}` as "field.name")))}</span>
              )}
            </span>
            {version === window.version || !mayRestore ? null : (
              <Button
                size="compact-xs"
                variant="default"
                loading={restore.isPending}
                onClick={() => {
                  restore.mutate(version, {
                    onSuccess: () => {
                      toastDone(t("versions.done"));
                      onDone();
                    },
                    onError: (error) => {
                      toastFailed(errors.of(error));
                    },
                  });
                }}
              >
                {t("versions.go")}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
