import { Alert, Button, Group, Loader, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AgentBuild } from "@/api/types.ts";
import { RelTime } from "@/ui/RelTime.tsx";
import classes from "../enrollment.module.css";

interface PreparingProps {
  build: AgentBuild;
  onRetry: () => void;
  onSkip: () => void;
}

/** The installer is being built, for the first time on this server; or why that did not work. */
export function Preparing({ build, onRetry, onSkip }: PreparingProps) {
  const { t } = useTranslation(["enrollment", "common"]);
  const failed = build.state === "failed";
  return (
    <Stack gap={14}>
      {failed ? (
        <Alert color="red" title={t("enrollment:build.failed")} role="alert">
          <p>{t("enrollment:build.failedText")}</p>
          <pre className={classes.detail}>{build.detail}</pre>
        </Alert>
      ) : (
        <div className={classes.arrivals} role="status" aria-live="polite">
          <div className={classes.waiting}>
            <Loader size={14} aria-hidden />
            <span>
              {t(build.state === "building" ? "enrollment:build.building" : "enrollment:build.wanted")}{" "}
              {build.started_at === null ? null : <RelTime at={build.started_at} />}
            </span>
          </div>
          <p className="dim">{t("enrollment:build.why")}</p>
        </div>
      )}
      <Group justify="flex-end" gap={8}>
        <Button variant="default" onClick={onSkip}>
          {t("enrollment:build.skip")}
        </Button>
        {failed ? <Button onClick={onRetry}>{t("enrollment:build.retry")}</Button> : null}
      </Group>
    </Stack>
  );
}
