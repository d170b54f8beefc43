import { QueryClient } from "@tanstack/react-query";
import { afterEach, describe, expect, it, vi } from "vitest";
import { defineList } from "./defineList.ts";
import { toState } from "./list.ts";

const devices = defineList("/api/v1/devices", {
  id: "devices",
  key: ["devices", "list"],
  sorts: ["hostname", "os"],
  sort: "hostname",
  order: "asc",
  filters: {
    online: { type: "flag", param: "online" },
    os: { type: "one", param: "os_family", values: ["linux", "windows"] },
  },
  isSearchable: true,
  scope: "site",
  always: { status: "active" },
});

const audit = defineList("/api/v1/audit", {
  id: "audit",
  key: ["audit", "list"],
  sorts: ["at"],
  sort: "at",
  order: "desc",
  filters: {
    action: { type: "many", param: "action", values: ["job", "task"], as: (group) => `${group}.` },
    where: { type: "many", param: "tenant_id", values: ["platform"] },
  },
  isSearchable: true,
  scope: "tenant",
});

const software = defineList("/api/v1/devices/{device_id}/software", {
  id: "software",
  key: ["devices", "software"],
  sorts: ["name"],
  sort: "name",
  order: "asc",
  filters: {},
  isSearchable: true,
  scope: "none",
});

const SCOPE = { tenant_id: ["t1"], site_id: ["s1"] };

describe("the filter of a declared list", () => {
  it("turns the address into what the operation takes", () => {
    const state = toState(devices.shape, { online: "no", os: "windows", q: "war" });
    expect(devices.filter(state, { scope: {} })).toEqual({
      status: "active",
      online: false,
      os_family: "windows",
      q: "war",
    });
  });

  it("asks for nothing where nothing is chosen", () => {
    expect(audit.filter(toState(audit.shape, {}), { scope: {} })).toEqual({});
  });

  it("takes several values, each in the operation's own form", () => {
    const state = toState(audit.shape, { action: "job,task" });
    expect(audit.filter(state, { scope: {} })).toEqual({ action: ["job.", "task."] });
  });

  it("takes of the scope what the list says, and less where a filter says otherwise", () => {
    expect(devices.filter(toState(devices.shape, {}), { scope: SCOPE })).toMatchObject(SCOPE);
    expect(audit.filter(toState(audit.shape, {}), { scope: SCOPE })).toEqual({ tenant_id: ["t1"] });
    expect(audit.filter(toState(audit.shape, { where: "platform" }), { scope: SCOPE })).toEqual({
      tenant_id: ["platform"],
    });
    expect(software.filter(toState(software.shape, {}), { scope: SCOPE })).toEqual({});
  });

  it("lets several values hold at once only where there are several", () => {
    expect([audit.isMultiple("action"), audit.isMultiple("where"), devices.isMultiple("os")]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe("the query of a declared list", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("asks at the operation's address, for the page and the order of the state", async () => {
    const asked: string[] = [];
    vi.stubGlobal("fetch", (request: Request) => {
      asked.push(request.url);
      return Promise.resolve(
        Response.json({ items: [], total: 0, total_capped: false, next_cursor: null, prev_cursor: null }),
      );
    });
    const state = toState(software.shape, { order: "desc", limit: 50, cursor: "c1" });
    await new QueryClient().fetchQuery(software.query(state, { scope: {}, path: { device_id: "d1" } }));
    const url = new URL(asked[0] ?? "");
    expect(url.pathname).toBe("/api/v1/devices/d1/software");
    expect(Object.fromEntries(url.searchParams)).toEqual({ limit: "50", sort: "name", order: "desc", cursor: "c1" });
  });

  it("keeps the pages of two devices apart", () => {
    const state = toState(software.shape, {});
    const keys = ["d1", "d2"].map((id) => software.query(state, { scope: {}, path: { device_id: id } }).queryKey);
    expect(keys[0]).not.toEqual(keys[1]);
  });
});
