import { QueryClient } from "@tanstack/react-query";
import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { toState } from "@/api/list.ts";
import { connectLive, isOutdated, useLiveLost } from "@/api/live.ts";
import type { Topic } from "@/api/types.ts";
import { meQuery } from "@/domain/me.ts";
import { anyApprovalQuery, freezeQuery, pendingApprovalsQuery, safetyQuery } from "@/domain/safety.ts";
import { sitesQuery } from "@/domain/sites.ts";
import { approvalQuery, approvalsList } from "@/features/approvals/api.ts";
import { auditList } from "@/features/audit/api.ts";
import { deviceQuery, devicesList, deviceWindowsQuery, softwareList } from "@/features/devices/api.ts";
import { tokensList } from "@/features/enrollment/api.ts";
import { homeQuery } from "@/features/home/api.ts";
import { invitationsList, keysList, membersList } from "@/features/people/api.ts";
import { activityList, deviceTasksList, jobQuery, taskQuery } from "@/features/tasks/api.ts";
import { sitesList, tenantQuery, tenantsList } from "@/features/tenancy/api.ts";
import { pendingUpdatesQuery } from "@/domain/updates/api.ts";
import { updatesList } from "@/features/updates/api.ts";
import { windowsList } from "@/features/windows/api.ts";

const ALL = { scope: {} };

/** What pages ask for, by the names that the tests use. */
const QUERIES = {
  approvals: approvalsList.query(toState(approvalsList.shape, {}), ALL).queryKey,
  approval: approvalQuery("a1").queryKey,
  anyApproval: anyApprovalQuery().queryKey,
  approvalsBadge: pendingApprovalsQuery(undefined).queryKey,
  audit: auditList.query(toState(auditList.shape, {}), ALL).queryKey,
  devices: devicesList.query(toState(devicesList.shape, {}), ALL).queryKey,
  device: deviceQuery("d1").queryKey,
  software: softwareList.query(toState(softwareList.shape, {}), { ...ALL, path: { device_id: "d1" } }).queryKey,
  freeze: freezeQuery().queryKey,
  home: homeQuery({}).queryKey,
  invitations: invitationsList.query(toState(invitationsList.shape, {}), ALL).queryKey,
  jobs: activityList.query(toState(activityList.shape, {}), ALL).queryKey,
  job: jobQuery("j1").queryKey,
  keys: keysList.query(toState(keysList.shape, {}), ALL).queryKey,
  me: meQuery.queryKey,
  members: membersList.query(toState(membersList.shape, {}), ALL).queryKey,
  safety: safetyQuery("t1").queryKey,
  sites: sitesList.query(toState(sitesList.shape, {}), ALL).queryKey,
  siteChoices: sitesQuery("t1").queryKey,
  tasks: deviceTasksList.query(toState(deviceTasksList.shape, {}), ALL).queryKey,
  task: taskQuery("k1").queryKey,
  tenants: tenantsList.query(toState(tenantsList.shape, {}), ALL).queryKey,
  tenant: tenantQuery("t1").queryKey,
  tokens: tokensList.query(toState(tokensList.shape, {}), ALL).queryKey,
  windows: windowsList.query(toState(windowsList.shape, {}), ALL).queryKey,
  deviceWindows: deviceWindowsQuery("d1").queryKey,
  updates: updatesList.query(toState(updatesList.shape, {}), ALL).queryKey,
  pendingUpdates: pendingUpdatesQuery("d1").queryKey,
} as const;

type Name = keyof typeof QUERIES;

/** What has to be asked for again when the server tells of a change of the kind; no topic may be missing here. */
const STALE: Record<Topic, readonly Name[]> = {
  api_key: ["keys"],
  approval: ["approvals", "approval", "approvalsBadge", "anyApproval", "home"],
  device: ["devices", "device", "software", "updates", "pendingUpdates", "home"],
  freeze: ["freeze", "tasks", "task"],
  invitation: ["invitations"],
  job: ["jobs", "job", "home"],
  member: ["members", "invitations", "me"],
  safety: ["safety"],
  site: ["sites", "siteChoices", "tenants", "tenant", "home"],
  task: ["tasks", "task", "jobs", "job", "updates", "pendingUpdates", "home"],
  tenant: ["tenants", "tenant", "me", "home"],
  token: ["tokens"],
  updates: ["updates", "pendingUpdates", "devices", "device", "software", "home"],
  window: ["windows", "deviceWindows", "tasks", "task"],
};

/** The browser's event stream is the outermost boundary here; tests speak for the server. */
class FakeEventSource extends EventTarget {
  static latest: FakeEventSource;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;

  constructor() {
    super();
    FakeEventSource.latest = this;
  }

  tell(event: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(event, { data: JSON.stringify(data) }));
  }

  close(): void {
    // Nothing is held.
  }
}

describe("the live channel", () => {
  let client: QueryClient;
  let close: () => void;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("EventSource", FakeEventSource);
    client = new QueryClient();
    for (const key of Object.values(QUERIES)) client.setQueryData(key as readonly unknown[], {});
    close = connectLive(client);
  });
  afterEach(() => {
    close();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  function stale(): Name[] {
    vi.advanceTimersByTime(1);
    return (Object.keys(QUERIES) as Name[]).filter((name) => client.getQueryState(QUERIES[name])?.isInvalidated);
  }

  it.each(Object.keys(STALE) as Topic[])("makes stale what a change of %s is about, and nothing else", (topic) => {
    FakeEventSource.latest.tell("change", { topic, tenant_id: "t1", id: "x1" });
    expect(stale().sort()).toEqual([...STALE[topic]].sort());
  });

  it("asks for everything on screen again when it was too slow to be told of all", () => {
    FakeEventSource.latest.tell("reload", {});
    expect(stale().sort()).toEqual([...new Set(Object.values(STALE).flat())].sort());
  });

  it("asks for everything on screen again after it was away", () => {
    FakeEventSource.latest.onerror?.();
    vi.advanceTimersByTime(2000);
    FakeEventSource.latest.onopen?.();
    expect(stale().sort()).toEqual([...new Set(Object.values(STALE).flat())].sort());
  });

  it("says that it is lost when the server is silent for too long, and not while it lives", () => {
    const { result } = renderHook(useLiveLost);
    const first = FakeEventSource.latest;
    for (let beat = 0; beat < 4; beat += 1) {
      act(() => vi.advanceTimersByTime(15_000));
      act(() => {
        first.tell("heartbeat", {});
      });
    }
    expect(result.current).toBe(false);
    act(() => vi.advanceTimersByTime(30_000));
    expect(result.current).toBe(true);
    expect(FakeEventSource.latest).not.toBe(first);
    act(() => FakeEventSource.latest.onopen?.());
    expect(result.current).toBe(false);
  });

  it("is lost at once when the network is gone, and tries at once when it is back", () => {
    const { result } = renderHook(useLiveLost);
    const first = FakeEventSource.latest;
    act(() => window.dispatchEvent(new Event("offline")));
    expect(result.current).toBe(true);
    act(() => window.dispatchEvent(new Event("online")));
    expect(FakeEventSource.latest).not.toBe(first);
  });

  it("notices that the server hands out another web app", () => {
    FakeEventSource.latest.tell("ready", { web_version: "one" });
    FakeEventSource.latest.tell("ready", { web_version: "one" });
    expect(isOutdated()).toBe(false);
    FakeEventSource.latest.tell("ready", { web_version: "two" });
    expect(isOutdated()).toBe(true);
  });

  it("lets a change pass that only a newer version knows what to do about", () => {
    FakeEventSource.latest.tell("change", { topic: "rocket", tenant_id: "t1", id: "x1" });
    FakeEventSource.latest.tell("change", { topic: "constructor", tenant_id: "t1" });
    expect(stale()).toEqual([]);
  });
});
