import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { TaskKind } from "@/api/types.ts";
import { rows, text, type Fields } from "./untrusted.ts";

const LONGEST_LINE = 60;
/** What a script begins with before it does anything: comments, and lines that only set something up. */
const PREAMBLE = /^(#|\/\/|::|@echo\b|rem\b|param\s*\(|set -|import\b|using\b|\$ErrorActionPreference\b|<#|#>)/i;

/** The line of a script that says most about it: the first that is neither a comment nor a preamble. */
export function tellingLine(source: string): string {
  const lines = source.split("\n").map((line) => line.trim());
  const found = lines.find((line) => line !== "" && !PREAMBLE.test(line)) ?? lines.find((line) => line !== "") ?? "";
  return found.length > LONGEST_LINE ? `${found.slice(0, LONGEST_LINE - 1)}…` : found;
}

function updateName(update: Fields): string {
  return text(update["title"]) ?? text(update["kb"]) ?? text(update["name"]) ?? "";
}

export type WorkTitle = (kind: TaskKind, params: Fields) => string;

/** What work is, with its object: which script, which updates. Where nothing more is known, the name of its kind. */
export function useWorkTitle(): WorkTitle {
  const { t } = useTranslation("kinds");
  return useCallback(
    (kind, params) => {
      const name = t(`${kind}.name`);
      switch (kind) {
        case "script.run": {
          const line = tellingLine(text(params["source"]) ?? "");
          return line === "" ? name : t("title.of", { name, what: line });
        }
        case "updates.install": {
          if (params["select"] === "security") return t("title.security");
          if (params["select"] === "all") return t("title.all");
          const updates = rows(params["updates"]);
          const [only] = updates;
          if (only !== undefined && updates.length === 1) return t("title.of", { name, what: updateName(only) });
          return updates.length === 0 ? name : t("title.updates", { count: updates.length });
        }
        case "updates.uninstall":
          return t("title.of", { name, what: text(params["kb"]) ?? "" });
        case "apps.upgrade": {
          const apps = rows(params["apps"]);
          const id = text(apps[0]?.["id"]);
          if (params["select"] === "all") return t("title.allApps");
          return apps.length === 1 && id !== null ? t("title.of", { name, what: id }) : name;
        }
        case "agent.update": {
          const version = text(params["version"]);
          return version === null ? name : t("title.of", { name, what: version });
        }
        default:
          return name;
      }
    },
    [t],
  );
}
