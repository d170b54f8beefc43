import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconCircleCheck, IconRadar2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/ui/DataGrid/index.ts";
import { StateMessage } from "@/ui/StateMessage.tsx";
import { pendingUpdatesQuery } from "./api.ts";
import { UpdateList } from "./UpdateList.tsx";

/** The pending updates of one device, to read. */
export function DeviceUpdates({ deviceId, scanned }: { deviceId: string; scanned: boolean }) {
  const { t } = useTranslation("updates");
  const { data, isPending, error, refetch } = useQuery(pendingUpdatesQuery(deviceId));
  if (isPending) return <Skeleton height={240} aria-label={t("loading")} />;
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data.length === 0) {
    return <StateMessage icon={scanned ? <IconCircleCheck size={32} stroke={1.4} /> : <IconRadar2 size={32} stroke={1.4} />} title={scanned ? t("upToDate") : t("neverScanned")} text={scanned ? undefined : t("scanFirst")} />;
  }
  return <UpdateList updates={data} />;
}
