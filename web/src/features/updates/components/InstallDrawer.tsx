import { Button, Drawer, Skeleton, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconDownload, IconSearch } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeviceRow, Update } from "@/api/types.ts";
import { useStartJob } from "@/domain/startJob/context.ts";
import { oneDevice } from "@/domain/startJob/target.ts";
import { ErrorState } from "@/ui/DataGrid/index.ts";
import { pendingUpdatesQuery } from "../api.ts";
import classes from "../updates.module.css";
import { RestartChoice, type RestartPolicy } from "./RestartChoice.tsx";
import { isInstallable, UpdateList } from "./UpdateList.tsx";

type Target = Pick<DeviceRow, "id" | "hostname">;

function matches(update: Update, typed: string): boolean {
  const needle = typed.trim().toLocaleLowerCase();
  return (
    needle === "" ||
    [update.title, update.name, update.kb ?? "", ...update.cve_ids].some((text) =>
      text.toLocaleLowerCase().includes(needle),
    )
  );
}

/** What one means by "all": not what somebody hid, nor what would ask questions that nobody answers. */
function isOrdinary(update: Update): boolean {
  return !update.is_hidden && isInstallable(update);
}

function Chooser({ device, updates, onDone }: { device: Target; updates: Update[]; onDone: () => void }) {
  const { t } = useTranslation("updates");
  const { start, busy } = useStartJob();
  const [typed, setTyped] = useState("");
  const [restart, setRestart] = useState<RestartPolicy>("never");
  // Security fixes are what one opens this drawer for, so they are ticked to begin with.
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () =>
      new Set(updates.filter((update) => update.class === "security" && isOrdinary(update)).map((update) => update.id)),
  );
  const shown = useMemo(() => updates.filter((update) => matches(update, typed)), [updates, typed]);
  const picked = updates.filter((update) => chosen.has(update.id));
  const choose = (which: (update: Update) => boolean): void => {
    setChosen(new Set(updates.filter(which).map((update) => update.id)));
  };

  const install = (): void => {
    const params = {
      select: "chosen",
      updates: picked.map((update) => ({ name: update.name, version: update.available_version })),
      restart,
    };
    start({ kind: "updates.install", params, ...oneDevice(device) });
    onDone();
  };

  return (
    <div className={classes.drawer}>
      <div className={classes.drawerTools}>
        <TextInput
          size="xs"
          type="search"
          aria-label={t("searchUpdates")}
          placeholder={t("searchUpdates")}
          leftSection={<IconSearch size={15} />}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
          }}
        />
        <Button
          variant="default"
          onClick={() => {
            choose(isOrdinary);
          }}
        >
          {t("selectAll")}
        </Button>
        <Button
          variant="default"
          onClick={() => {
            choose((update) => update.class === "security" && isOrdinary(update));
          }}
        >
          {t("selectSecurity")}
        </Button>
        <Button
          variant="subtle"
          disabled={picked.length === 0}
          onClick={() => {
            choose(() => false);
          }}
        >
          {t("selectNone")}
        </Button>
      </div>
      {shown.length === 0 ? <p className="dim">{t("noneMatch")}</p> : null}
      <UpdateList
        updates={shown}
        chosen={chosen}
        onToggle={(id) => {
          const next = new Set(chosen);
          if (!next.delete(id)) next.add(id);
          setChosen(next);
        }}
      />
      <div className={classes.foot}>
        <RestartChoice value={restart} onChange={setRestart} />
        <Button
          size="sm"
          leftSection={<IconDownload size={16} />}
          disabled={picked.length === 0}
          loading={busy}
          onClick={install}
        >
          {t("installCount", { count: picked.length })}
        </Button>
      </div>
    </div>
  );
}

function Content({ device, onDone }: { device: Target; onDone: () => void }) {
  const { t } = useTranslation("updates");
  const { data, isPending, error, refetch } = useQuery(pendingUpdatesQuery(device.id));
  if (isPending) return <Skeleton height={240} aria-label={t("loading")} />;
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data.length === 0) return <p className="dim">{t("nothingToInstall")}</p>;
  return <Chooser device={device} updates={data} onDone={onDone} />;
}

/** Chooses which pending updates of one device to install. */
export function InstallDrawer({ device, onClose }: { device: Target | null; onClose: () => void }) {
  const { t } = useTranslation(["updates", "common"]);
  return (
    <Drawer
      opened={device !== null}
      onClose={onClose}
      size={620}
      title={device ? t("updates:installOn", { name: device.hostname }) : ""}
      closeButtonProps={{ "aria-label": t("common:close") }}
    >
      {device ? <Content key={device.id} device={device} onDone={onClose} /> : null}
    </Drawer>
  );
}
