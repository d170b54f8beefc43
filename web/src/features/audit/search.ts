import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { useListState, type ListHandle } from "@/ui/DataGrid/index.ts";
import { auditList, WHO, type AuditChoice } from "./api.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

interface AuditSearch extends AuditChoice {
  entry?: string;
}

function day(value: unknown): boolean {
  return typeof value === "string" && DAY.test(value) && !Number.isNaN(Date.parse(value));
}

function id(value: unknown): boolean {
  return typeof value === "string" && UUID.test(value);
}

const KEYS: Record<keyof AuditSearch, (value: unknown) => boolean> = {
  who: (value) => typeof value === "string" && Object.hasOwn(WHO, value),
  actor: id,
  device: id,
  since: day,
  until: day,
  entry: id,
};

function choose(raw: Record<string, unknown>): AuditSearch {
  return Object.fromEntries(
    Object.entries(KEYS)
      .filter(([key, fits]) => fits(raw[key]))
      .map(([key]) => [key, raw[key]]),
  );
}

/** Validates the page's address. */
export function validateAudit(raw: Record<string, unknown>) {
  return { ...auditList.validate(raw), ...choose(raw) };
}

const NONE = { who: undefined, actor: undefined, device: undefined, since: undefined, until: undefined };

/** The list's state with the page's own filters, and the entry that is open; all of it lives in the address. */
export function useAuditSearch() {
  const list = useListState(auditList.shape);
  const raw: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const go = useCallback(
    (patch: Record<string, unknown>): void => {
      void navigate({ to: ".", search: ((previous: Record<string, unknown>) => ({ ...previous, ...patch })) as never });
    },
    [navigate],
  );
  const open = useCallback(
    (entry: string | undefined): void => {
      go({ entry });
    },
    [go],
  );
  return useMemo(() => {
    const { entry, ...choice } = choose(raw);
    const first = { cursor: undefined, from: undefined };
    const handle: ListHandle<"at", (typeof auditList.filterNames)[number]> = {
      ...list,
      filtered: list.filtered || Object.keys(choice).length > 0,
      clear: () => {
        list.clear();
        go({ ...first, ...NONE });
      },
    };
    const narrow = (patch: Partial<Record<keyof AuditChoice, string | undefined>>): void => {
      go({ ...first, entry: undefined, ...patch });
    };
    return { handle, choice: choice as AuditChoice, entry, open, narrow };
  }, [list, raw, go, open]);
}
