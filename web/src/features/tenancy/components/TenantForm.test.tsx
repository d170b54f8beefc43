import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Tenant } from "@/api/types.ts";
import { setLanguage } from "@/i18n/index.ts";
import { renderAt } from "@/test/render.tsx";
import { TenantForm } from "./TenantForm.tsx";

const OPENED: Tenant = {
  id: "t1",
  name: "Acme",
  created_at: "2026-11-01T00:00:00Z",
  output_retention_days: 90,
  agent_updates: true,
  version: 1,
};
let there: Tenant;
const sent: { seen: string | null; body: unknown }[] = [];

/** The server: refuses what was read before somebody else saved. */
async function answer(request: Request): Promise<Response> {
  if (request.method === "GET") return Response.json(there);
  const seen = request.headers.get("if-match");
  sent.push({ seen, body: await request.json() });
  if (seen === `"${String(there.version)}"`) return Response.json(there);
  const problem = { code: "version.stale", params: { version: there.version } };
  return Response.json(problem, { status: 412, headers: { "content-type": "application/problem+json" } });
}

beforeEach(() => {
  vi.stubGlobal("fetch", answer);
});
afterEach(() => {
  vi.unstubAllGlobals();
  sent.length = 0;
});

const WORDS = {
  en: { save: "Save", told: /Somebody else/, load: /Load what/, loaded: /Check it and save/ },
  pl: { save: "Zapisz", told: /Ktoś inny/, load: /Wczytaj obecny/, loaded: /Sprawdź i zapisz/ },
} as const;

describe.each(["en", "pl"] as const)("a tenant that two people change, in %s", (language) => {
  const words = WORDS[language];

  async function openAndSave(onClose: () => void) {
    await setLanguage(language);
    await renderAt(<TenantForm opened tenant={OPENED} onClose={onClose} />);
    const dialog = await screen.findByRole("dialog");
    const [name, days] = dialog.querySelectorAll<HTMLInputElement>("input:not([type=checkbox])");
    if (name === undefined || days === undefined) throw new Error("no fields");
    fireEvent.change(name, { target: { value: "Acme of mine" } });
    fireEvent.click(screen.getByRole("button", { name: words.save }));
    return { name, days };
  }

  it("sends the version that was read", async () => {
    there = OPENED;
    const onClose = vi.fn();
    await openAndSave(onClose);
    await waitFor(() => {
      expect(onClose).toHaveBeenCalledOnce();
    });
    expect(sent[0]?.seen).toBe('"1"');
  });

  it("tells the second so, and loses nothing that was typed", async () => {
    there = { ...OPENED, name: "Acme of theirs", output_retention_days: 7, version: 2 };
    const onClose = vi.fn();
    const { name, days } = await openAndSave(onClose);
    expect(await screen.findByText(words.told)).toBeTruthy();
    expect([name.value, days.value, onClose.mock.calls]).toEqual(["Acme of mine", "90", []]);
    fireEvent.click(screen.getByRole("button", { name: words.load }));
    expect(await screen.findByText(words.loaded)).toBeTruthy();
    expect([name.value, days.value]).toEqual(["Acme of mine", "7"]);
    fireEvent.click(screen.getByRole("button", { name: words.save }));
    await waitFor(() => {
      expect(onClose).toHaveBeenCalledOnce();
    });
    expect(sent.at(-1)).toEqual({
      seen: '"2"',
      body: { name: "Acme of mine", output_retention_days: 7, agent_updates: true },
    });
  });
});
