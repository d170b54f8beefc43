import { IconBan, IconMapPin, IconTrash } from "@tabler/icons-react";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { TaskKind } from "@/api/types.ts";
import type { BulkAction, BulkActions, Selection } from "@/ui/DataGrid/index.ts";
import { KINDS } from "../kinds/index.ts";
import type { Place } from "../kinds/kind.ts";
import { TASK_KINDS } from "../kinds/names.ts";
import { useDenial } from "../permissions.ts";
import { useScope } from "../scope.ts";
import { useStartJob } from "../startJob/context.ts";
import { oneDevice, selected, type Target } from "../startJob/target.ts";
import { useDeviceDialogs, type ActionDevice, type ActionsOf, type ActionTarget } from "./context.ts";

const ICON = 16;
const PLACES: readonly Place[] = ["button", "run", "updates", "agent"];
const AS_BUTTONS: readonly TaskKind[] = ["updates.install", "script.run", "system.restart"];
/** Not a wish of people: the agent's newest version is offered by the page of a device alone. */
const ELSEWHERE: ReadonlySet<TaskKind> = new Set(["agent.update"]);

const OFFERED = PLACES.flatMap((place) =>
  TASK_KINDS.filter((kind) => !ELSEWHERE.has(kind) && KINDS[kind].start.place === place),
);

function whomOf({ target, hosts, count, families, device }: ActionTarget): Target {
  return {
    target,
    hosts,
    count,
    ...(families === undefined ? {} : { families }),
    ...(device === undefined ? {} : { device }),
  };
}

/** One device as the target of actions. */
export function targetOf(device: ActionDevice, more: Pick<ActionTarget, "onRemoved"> = {}): ActionTarget {
  return { ...oneDevice(device), devices: [device], isWhole: true, tenant: device.tenant_id, ...more };
}

/** Why a kind cannot be started; undefined = it can. */
function useKindReason(): (kind: TaskKind, target: ActionTarget) => string | undefined {
  const { t } = useTranslation("deviceActions");
  const denial = useDenial();
  return useCallback(
    (kind, { tenant, devices, isWhole }) => {
      const { permission, systems } = KINDS[kind].start;
      const denied = denial(permission, tenant);
      if (denied !== undefined) return denied;
      const [only] = devices;
      if (isWhole && devices.every(({ status }) => status === "revoked")) return t("isRevoked");
      const fits = systems === undefined || (isWhole && devices.every(({ os_family: os }) => systems.includes(os)));
      if (!fits) return t("windowsOnly");
      const isOne = isWhole && devices.length === 1;
      if (kind === "updates.install" && isOne && only?.pending_updates === 0) return t("nothingToInstall");
      return undefined;
    },
    [denial, t],
  );
}

/** All that can be asked of devices as tasks: per kind, with the reason where it cannot be. */
export function useKindActions(): ActionsOf {
  const { t } = useTranslation(["kinds"]);
  const reason = useKindReason();
  const { start } = useStartJob();
  return useCallback(
    (target) =>
      OFFERED.map((kind): BulkAction => {
        const { icon: Shape, start: how } = KINDS[kind];
        const { onDone } = target;
        return {
          id: kind,
          label: t(`kinds:${kind}.action`),
          icon: <Shape size={ICON} />,
          danger: how.isDanger === true,
          group: how.place,
          disabledReason: reason(kind, target),
          ...(how.shortcut === undefined ? {} : { shortcut: how.shortcut }),
          run: () => {
            start({ kind, ...whomOf(target), ...(onDone === undefined ? {} : { onStarted: onDone }) });
          },
        };
      }),
    [t, reason, start],
  );
}

/** What is done to devices themselves: moved, shut out, removed. */
export function usePlaceActions(): ActionsOf {
  const { t } = useTranslation("deviceActions");
  const denial = useDenial();
  const { move, revoke, remove } = useDeviceDialogs();
  return useCallback(
    (target) => {
      const { tenant, devices, isWhole } = target;
      const [only] = devices;
      const isOne = isWhole && devices.length === 1;
      const isRevoked = only?.status === "revoked";
      const moving: BulkAction = {
        id: "move",
        label: t("action.move"),
        icon: <IconMapPin size={ICON} />,
        group: "device",
        // Moving names its devices one by one; only the pages seen are known by name.
        disabledReason: denial("device:update", tenant) ?? (isWhole ? undefined : t("move.notAll")),
        run: () => {
          move(target);
        },
      };
      if (!isOne) return [moving];
      const ending: BulkAction = isRevoked
        ? {
            id: "remove",
            label: t("action.remove"),
            icon: <IconTrash size={ICON} />,
            group: "device",
            danger: true,
            disabledReason: denial("device:delete", tenant),
            run: () => {
              remove(target);
            },
          }
        : {
            id: "revoke",
            label: t("action.revoke"),
            icon: <IconBan size={ICON} />,
            group: "device",
            danger: true,
            disabledReason: denial("device:revoke", tenant),
            run: () => {
              revoke(target);
            },
          };
      return [moving, ending];
    },
    [t, denial, move, revoke, remove],
  );
}

/** Everything that can be done with devices: the one list of it, for rows, ticked rows, pages and the palette. */
export function useDeviceActions(): ActionsOf {
  const kinds = useKindActions();
  const places = usePlaceActions();
  return useCallback((target) => [...kinds(target), ...places(target)], [kinds, places]);
}

/** The same for ticked rows of a list, or for all that its filter finds; the likeliest stand outside of the menu. */
export function useBulkActions(filter: object): (selection: Selection<ActionDevice>) => BulkActions {
  const actions = useDeviceActions();
  const { tenant } = useScope();
  return useCallback(
    (ticked) => {
      // Whoever ticks a page means its devices that can work; one that is shut out would have all of it refused.
      const able = ticked.all ? ticked.rows : ticked.rows.filter(({ status }) => status !== "revoked");
      const selection = able.length > 0 && !ticked.all ? { ...ticked, rows: able, count: able.length } : ticked;
      const found = actions({
        ...selected(selection, filter),
        devices: selection.rows,
        isWhole: !selection.all,
        tenant,
        onDone: selection.clear,
      });
      const isPrimary = ({ id }: BulkAction): boolean => AS_BUTTONS.some((kind) => kind === id);
      return {
        primary: AS_BUTTONS.flatMap((kind) => found.filter(({ id }) => id === kind)),
        more: found.filter((action) => !isPrimary(action)),
      };
    },
    [actions, filter, tenant],
  );
}
