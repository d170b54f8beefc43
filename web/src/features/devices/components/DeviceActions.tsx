import { Button, Menu, Tooltip } from "@mantine/core";
import { IconChevronDown, type Icon } from "@tabler/icons-react";
import { Fragment, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Device, TaskKind } from "@/api/types.ts";
import { KINDS } from "@/domain/kinds/index.ts";
import type { Place } from "@/domain/kinds/kind.ts";
import { TASK_KINDS } from "@/domain/kinds/names.ts";
import { useDenial } from "@/domain/permissions.ts";
import { useStartJob } from "@/domain/startJob/context.ts";
import { oneDevice } from "@/domain/startJob/target.ts";
import { ReasonItem } from "@/ui/ReasonItem.tsx";
import { useAgentUpdateOffer } from "./agentUpdateOffer.tsx";

const ICON = 16;
const GROUPS = ["run", "updates", "agent"] as const satisfies readonly Place[];

function placed(place: Place): TaskKind[] {
  return TASK_KINDS.filter((kind) => KINDS[kind].start.place === place);
}

/** Why a kind cannot be started on a device; undefined = it can. */
function useReason(device: Device): (kind: TaskKind) => string | undefined {
  const { t } = useTranslation("devices");
  const denial = useDenial();
  return (kind) => {
    const { permission, systems } = KINDS[kind].start;
    if (device.status === "revoked") return t("isRevoked");
    const foreign = systems === undefined || systems.includes(device.os_family) ? undefined : t("windowsOnly");
    return denial(permission, device.tenant_id) ?? foreign;
  };
}

interface ActionProps {
  label: string;
  icon: Icon;
  primary?: boolean;
  reason: string | undefined;
  onClick: () => void;
}

function Action({ label, icon: Shape, primary = false, reason, onClick }: ActionProps) {
  const off = reason !== undefined;
  return (
    <Tooltip label={reason ?? ""} disabled={!off}>
      <Button
        variant={primary ? "filled" : "default"}
        leftSection={<Shape size={ICON} />}
        aria-disabled={off}
        data-disabled={off || undefined}
        onClick={() => {
          if (!off) onClick();
        }}
      >
        {label}
      </Button>
    </Tooltip>
  );
}

interface ItemProps {
  kind: TaskKind;
  name: string;
  reason: string | undefined;
  onClick: () => void;
}

function Item({ kind, name, reason, onClick }: ItemProps) {
  const { icon: Shape, start } = KINDS[kind];
  return (
    <ReasonItem leftSection={<Shape size={ICON} />} danger={start.isDanger === true} reason={reason} onClick={onClick}>
      {name}
    </ReasonItem>
  );
}

/** What is asked for less often. */
function More({ device, onStart }: { device: Device; onStart: (kind: TaskKind) => void }) {
  const { t } = useTranslation(["devices", "kinds"]);
  const reason = useReason(device);
  const agent = useAgentUpdateOffer(device);
  return (
    <>
      <Menu>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={14} />}>
            {t("devices:action.more")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {GROUPS.map((group, index) => (
            <Fragment key={group}>
              {index === 0 ? null : <Menu.Divider />}
              {placed(group).map((kind) =>
                kind === "agent.update" ? (
                  <Item
                    key={kind}
                    kind={kind}
                    name={agent.name}
                    reason={reason(kind) ?? agent.nothing}
                    onClick={agent.start}
                  />
                ) : (
                  <Item
                    key={kind}
                    kind={kind}
                    name={t(`kinds:${kind}.action`)}
                    reason={reason(kind)}
                    onClick={() => {
                      onStart(kind);
                    }}
                  />
                ),
              )}
            </Fragment>
          ))}
        </Menu.Dropdown>
      </Menu>
      {agent.dialog}
    </>
  );
}

/** What can be asked of one device: each kind of task where it says that it is offered. */
export function DeviceActions({ device, onInstall }: { device: Device; onInstall: () => void }) {
  const { t } = useTranslation(["devices", "kinds"]);
  const reason = useReason(device);
  const { start } = useStartJob();
  const [dialog, setDialog] = useState<{ kind: TaskKind; opened: boolean } | null>(null);
  const Dialog = dialog === null ? undefined : KINDS[dialog.kind].start.Dialog;

  const begin = (kind: TaskKind): void => {
    const { params = {}, Dialog: asks } = KINDS[kind].start;
    if (asks) setDialog({ kind, opened: true });
    else start({ kind, params, ...oneDevice(device) });
  };
  return (
    <>
      {placed("button")
        .filter((kind) => kind !== "updates.install")
        .map((kind) => (
          <Action
            key={kind}
            label={t(`kinds:${kind}.action`)}
            icon={KINDS[kind].icon}
            reason={reason(kind)}
            onClick={() => {
              begin(kind);
            }}
          />
        ))}
      <More device={device} onStart={begin} />
      <Action
        label={t("kinds:updates.install.action")}
        icon={KINDS["updates.install"].icon}
        primary
        reason={reason("updates.install") ?? (device.pending_updates ? undefined : t("devices:nothingToInstall"))}
        onClick={onInstall}
      />
      {dialog && Dialog ? (
        <Suspense>
          <Dialog
            device={device}
            opened={dialog.opened}
            onClose={() => {
              setDialog({ ...dialog, opened: false });
            }}
          />
        </Suspense>
      ) : null}
    </>
  );
}
