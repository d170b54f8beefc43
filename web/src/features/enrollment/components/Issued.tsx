import { Alert, Button, Group, Loader, Stack } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { onChange } from "@/api/live.ts";
import type { EnrollmentTokenCreated } from "@/api/types.ts";
import { CopyField } from "@/ui/CopyField.tsx";
import type { Platform } from "../api.ts";
import classes from "../enrollment.module.css";
import { HowToInstall } from "./HowToInstall.tsx";

interface Arrival {
  id: string;
  hostname: string;
}

/** Devices that came in by this token since it was made, newest last. */
function useArrivals(tokenId: string): Arrival[] {
  const [arrivals, setArrivals] = useState<Arrival[]>([]);
  useEffect(
    () =>
      onChange((change) => {
        if (change.topic !== "token" || change.id !== tokenId || !change.hostname || !change.device_id) return;
        const arrival = { id: change.device_id, hostname: change.hostname };
        setArrivals((known) => [...known.filter((other) => other.id !== arrival.id), arrival]);
      }),
    [tokenId],
  );
  return arrivals;
}

interface IssuedProps {
  token: EnrollmentTokenCreated;
  /** Whose line is shown first. */
  first: Platform;
  onClose: () => void;
}

/** The one time that a token is seen, and what it brings in. */
export function Issued({ token, first, onClose }: IssuedProps) {
  const { t } = useTranslation(["enrollment", "common"]);
  const arrivals = useArrivals(token.id);
  return (
    <Stack gap={14}>
      <Alert color="yellow" icon={<IconAlertTriangle size={16} />}>
        {t("enrollment:issued.once")}
      </Alert>
      <HowToInstall token={token} first={first} />
      <div>
        <h3 className={classes.heading}>{t("enrollment:issued.token")}</h3>
        <CopyField value={token.token} label={t("enrollment:issued.token")} />
      </div>
      <div className={classes.arrivals} role="status" aria-live="polite">
        {arrivals.map((arrival) => (
          <div key={arrival.id} className={classes.arrived}>
            <IconCircleCheck size={18} aria-hidden />
            <span>{t("enrollment:issued.enrolled", { name: arrival.hostname })}</span>
            <Link to="/devices/$deviceId" params={{ deviceId: arrival.id }}>
              {t("enrollment:issued.open")}
            </Link>
          </div>
        ))}
        {arrivals.length < token.max_uses ? (
          <div className={classes.waiting}>
            <Loader size={14} aria-hidden />
            <span>{t("enrollment:issued.waiting")}</span>
          </div>
        ) : null}
      </div>
      <Group justify="flex-end">
        <Button onClick={onClose}>{t("common:done")}</Button>
      </Group>
    </Stack>
  );
}
