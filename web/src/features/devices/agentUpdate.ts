import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import { onceOnly } from "@/api/idempotency.ts";
import { useRefresh } from "@/api/families.ts";
import type { AgentRelease, Device, TaskRow } from "@/api/types.ts";

const MINUTES = 60_000;
const PLATFORMS = { windows: "windows-amd64", linux: "linux" } as const;
const VERSION = /^(\d{1,6}(?:\.\d{1,6}){1,3})([a-z]{1,4}\d{1,4})?$/;

const releasesQuery = queryOptions({
  queryKey: ["agent-releases"],
  queryFn: ({ signal }) => unwrap<AgentRelease[]>(api.GET("/api/v1/agent-releases", { signal })),
  staleTime: MINUTES,
});

/** Whether a version comes before another, as the server compares them; one that cannot be read does not. */
export function isOlder(version: string, than: string): boolean {
  const [one, other] = [VERSION.exec(version), VERSION.exec(than)];
  if (one === null || other === null) return false;
  const numbers = (match: RegExpExecArray): number[] => (match[1] ?? "").split(".").map(Number);
  const [left, right] = [numbers(one), numbers(other)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  const [before, after] = [one[2] ?? "", other[2] ?? ""];
  // A pre-release comes before its release.
  if (before === "" || after === "") return before !== "" && after === "";
  return before < after;
}

export interface AgentUpdate {
  /** The newest version for the device's system; null where there is none, or nobody knows yet. */
  version: string | null;
  isNewer: boolean;
}

export function useAgentUpdate(device: Pick<Device, "os_family" | "agent_version">): AgentUpdate {
  const { data } = useQuery(releasesQuery);
  const version =
    data?.find((release) => release.is_newest && release.platform === PLATFORMS[device.os_family])?.version ?? null;
  return { version, isNewer: version !== null && isOlder(device.agent_version, version) };
}

export function useUpdateAgent() {
  return useMutation({
    mutationFn: ({ deviceId, typed }: { deviceId: string; typed?: number }) => {
      const body = typed === undefined ? {} : { body: { allow_older: false, confirmed_count: typed } };
      return onceOnly(`devices/${deviceId}/agent-update`, body, (key) =>
        unwrap<TaskRow>(
          api.POST("/api/v1/devices/{device_id}/agent-update", {
            params: { path: { device_id: deviceId }, header: { "Idempotency-Key": key } },
            ...body,
          }),
        ),
      );
    },
    onSuccess: useRefresh("tasks", "jobs", "devices"),
  });
}
