import { fireEvent, screen } from "@testing-library/react";
import { beforeAll, describe, expect, it } from "vitest";
import type { EnrollmentTokenCreated } from "@/api/types.ts";
import i18n from "@/i18n/index.ts";
import { renderAt } from "@/test/render.tsx";
import { HowToInstall } from "./HowToInstall.tsx";

const INSTALL = {
  line: "& { run }",
  version: "1.2.0",
  file_name: "bosman-agent-1.2.0-windows-amd64.exe",
  download_url: "https://x/downloads/y",
  size_bytes: 2048,
  sha256: "a".repeat(64),
};
const TOKEN = {
  token: "T0KEN",
  gateway_url: "https://gw:8443",
  authority_sha256: "b".repeat(64),
  install_windows: INSTALL,
  install_linux: null,
  enroll_line: "bosman-agent enroll",
} as unknown as EnrollmentTokenCreated;

beforeAll(async () => {
  await i18n.changeLanguage("en");
});

describe("how to install", () => {
  it("begins with the line for Windows, and offers the file from this very server", async () => {
    await renderAt(<HowToInstall first="windows-amd64" token={TOKEN} />);
    expect(screen.getByLabelText("Run this in PowerShell, as administrator").textContent).toBe(INSTALL.line);
    expect(screen.getByRole("link", { name: /Download version 1.2.0/, hidden: true }).getAttribute("href")).toBe(
      `/downloads/${INSTALL.file_name}`,
    );
    for (const [label, value] of [
      ["Server", TOKEN.gateway_url],
      ["Token", TOKEN.token],
      ["SHA-256 of the file", INSTALL.sha256],
    ] as const)
      expect(screen.getByLabelText(label).textContent).toBe(value);
  });

  it("says what to do where there is no release, and still how to enrol an agent that is there", async () => {
    await renderAt(<HowToInstall first="windows-amd64" token={TOKEN} />);
    fireEvent.click(screen.getByRole("tab", { name: "Linux" }));
    expect(screen.getByText("No agent to download yet")).toBeTruthy();
    expect(screen.getByLabelText("Where the agent is installed already, as root").textContent).toBe(
      "bosman-agent enroll",
    );
  });
});
