import { Checkbox } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Update } from "@/api/types.ts";
import { useFormat } from "@/ui/format.ts";
import { ClassBadge } from "./ClassBadge.tsx";
import classes from "./updateList.module.css";

const KB = /^KB(\d{6,8})$/;

/** The number, leading to what its vendor says of it. */
function Kb({ kb, address }: { kb: string; address: string | null }) {
  const { t } = useTranslation("updateList");
  const digits = KB.exec(kb)?.[1];
  const to = address ?? (digits === undefined ? null : `https://support.microsoft.com/help/${digits}`);
  if (to === null) return <span>{kb}</span>;
  return (
    <a href={to} target="_blank" rel="noreferrer noopener" aria-label={t("openKb", { kb })}>
      {kb}
    </a>
  );
}

const WINDOWS_CLASSES: ReadonlySet<Update["class"]> = new Set(["driver", "definition", "feature"]);
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/** Whether it comes from Windows Update, which names updates by numbers and revisions. */
function isOfWindows(update: Update): boolean {
  return update.kb !== null || WINDOWS_CLASSES.has(update.class) || GUID.test(update.name);
}

const MOST_CVES = 3;

/** What else there is to know before one installs it. */
function Marks({ update }: { update: Update }) {
  const { t } = useTranslation("updateList");
  const words = [
    update.is_hidden ? t("mark.hidden") : null,
    update.needs_input ? t("mark.needsInput") : null,
    update.is_exclusive ? t("mark.exclusive") : null,
    update.has_eula === true ? t("mark.eula") : null,
    update.held_by === null ? null : t(`heldBy.${update.held_by}`),
  ].filter((word) => word !== null);
  return (
    <>
      {words.map((word) => (
        <span key={word} className={classes.mark}>
          {word}
        </span>
      ))}
      {update.cve_ids.length === 0 ? null : (
        <span title={update.cve_ids.join(", ")}>
          {update.cve_ids.slice(0, MOST_CVES).join(", ")}
          {update.cve_ids.length > MOST_CVES ? ` ${t("moreCves", { count: update.cve_ids.length - MOST_CVES })}` : null}
        </span>
      )}
    </>
  );
}

/** Whether it can be installed from here; what dependencies keep back may be tried. */
export function isInstallable(update: Update): boolean {
  return !update.needs_input && (update.held_by === null || update.held_by === "dependencies");
}

function needsRestart(update: Update): "always" | "possible" | null {
  if (update.requires_restart === true || update.restart_behavior === "always") return "always";
  return update.restart_behavior === "possible" ? "possible" : null;
}

function Versions({ update }: { update: Update }) {
  const { t } = useTranslation("updateList");
  // A Windows update has no version of its own; its KB number says which it is.
  if (update.kb !== null) return <Kb kb={update.kb} address={update.support_url} />;
  if (isOfWindows(update)) return null;
  if (update.installed_version === null) return <span>{t("newVersion", { version: update.available_version })}</span>;
  return <span>{t("versions", { from: update.installed_version, to: update.available_version })}</span>;
}

function Item({ update, chosen, onToggle }: { update: Update; chosen: boolean; onToggle: (() => void) | undefined }) {
  const { t } = useTranslation("updateList");
  const format = useFormat();
  const id = useId();
  const restart = needsRestart(update);
  // A package is known by its name; a Windows update has none that a person would know.
  const heading = isOfWindows(update) ? update.title : update.name;
  return (
    <li className={classes.item} data-chosen={chosen || undefined}>
      {onToggle ? (
        <Checkbox
          id={id}
          mt={2}
          checked={chosen}
          disabled={!isInstallable(update)}
          onChange={onToggle}
          aria-label={t("choose", { name: heading })}
        />
      ) : null}
      <div className={classes.itemText}>
        <label htmlFor={onToggle ? id : undefined} className={classes.itemTitle}>
          {heading}
        </label>
        {update.title.startsWith(heading) ? null : (
          <div className={classes.about} title={update.title}>
            {update.title}
          </div>
        )}
        <div className={classes.meta}>
          <Versions update={update} />
          {update.size_bytes === null ? null : <span>{format.bytes(update.size_bytes)}</span>}
          {update.released_at === null ? null : <span>{format.date(update.released_at)}</span>}
          {update.origin === null ? null : <span>{update.origin}</span>}
          {restart === null ? null : <span>{restart === "always" ? t("needsRestart") : t("mayNeedRestart")}</span>}
          <Marks update={update} />
        </div>
      </div>
      <div className={classes.badges}>
        <ClassBadge value={update.class} />
        {update.severity === null ? null : <span className={classes.severity}>{t(`severity.${update.severity}`)}</span>}
      </div>
    </li>
  );
}

/** Pending updates, with checkboxes when there is something to choose. */
export function UpdateList({
  updates,
  chosen,
  onToggle,
}: {
  updates: Update[];
  chosen?: ReadonlySet<string>;
  onToggle?: (id: string) => void;
}) {
  return (
    <ul className={classes.list}>
      {updates.map((update) => (
        <Item
          key={update.id}
          update={update}
          chosen={chosen?.has(update.id) ?? false}
          onToggle={
            onToggle
              ? () => {
                  onToggle(update.id);
                }
              : undefined
          }
        />
      ))}
    </ul>
  );
}
