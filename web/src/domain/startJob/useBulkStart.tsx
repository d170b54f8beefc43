import { useTranslation } from "react-i18next";
import type { DeviceRow, TaskKind } from "@/api/types.ts";
import type { BulkAction, Selection } from "@/ui/DataGrid/index.ts";
import { KINDS } from "../kinds/index.ts";
import { useDenial } from "../permissions.ts";
import { useScope } from "../scope.ts";
import { useStartJob } from "./context.ts";
import { selected } from "./target.ts";

const ICON = 16;

type Device = Pick<DeviceRow, "id" | "hostname">;

/** A kind of task as an action for ticked devices; `run` where it asks for more than that first. */
export type BulkStart = (kind: TaskKind, selection: Selection<Device>, run?: () => void) => BulkAction;

/** Starts work for ticked devices of a list, or, where "all that match" is ticked, for what its filter finds. */
export function useBulkStart(filter: object): BulkStart {
  const { t } = useTranslation(["kinds"]);
  const denial = useDenial();
  const { tenant } = useScope();
  const { start } = useStartJob();
  return (kind, selection, run) => {
    const { icon: Shape, start: how } = KINDS[kind];
    return {
      id: kind,
      label: t(`kinds:${kind}.action`),
      icon: <Shape size={ICON} />,
      danger: how.isDanger === true,
      disabledReason: denial(how.permission, tenant),
      run:
        run ??
        (() => {
          start({ kind, params: how.params ?? {}, ...selected(selection, filter) });
        }),
    };
  };
}
