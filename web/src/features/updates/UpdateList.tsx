import { Checkbox } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Update } from "@/api/types.ts";
import { useFormat } from "@/ui/format.ts";
import { ClassBadge } from "@/ui/Status.tsx";
import classes from "./updates.module.css";

function Versions({ update }: { update: Update }) {
  const { t } = useTranslation("updates");
  // A Windows update has no version of its own; its KB number says which it is.
  if (update.kb !== null) return <span>{update.kb}</span>;
  if (update.installed_version === null) return <span>{t("newVersion", { version: update.available_version })}</span>;
  return <span>{t("versions", { from: update.installed_version, to: update.available_version })}</span>;
}

function Item({ update, chosen, onToggle }: { update: Update; chosen: boolean; onToggle: (() => void) | undefined }) {
  const { t } = useTranslation("updates");
  const format = useFormat();
  const id = useId();
  // A package is known by its name; a Windows update has none that a person would know.
  const heading = update.kb === null ? update.name : update.title;
  return (
    <li className={classes.item} data-chosen={chosen || undefined}>
      {onToggle ? <Checkbox id={id} mt={2} checked={chosen} onChange={onToggle} aria-label={t("choose", { name: heading })} /> : null}
      <div className={classes.itemText}>
        <label htmlFor={onToggle ? id : undefined} className={classes.itemTitle}>{heading}</label>
        {update.title.startsWith(heading) ? null : <div className={classes.about} title={update.title}>{update.title}</div>}
        <div className={classes.meta}>
          <Versions update={update} />
          {update.size_bytes === null ? null : <span>{format.bytes(update.size_bytes)}</span>}
          {update.released_at === null ? null : <span>{format.date(update.released_at)}</span>}
          {update.origin === null ? null : <span>{update.origin}</span>}
          {update.requires_restart === true ? <span>{t("needsRestart")}</span> : null}
        </div>
      </div>
      <ClassBadge value={update.class} />
    </li>
  );
}

/** Pending updates, with checkboxes when there is something to choose. */
export function UpdateList({ updates, chosen, onToggle }: { updates: Update[]; chosen?: ReadonlySet<string>; onToggle?: (id: string) => void }) {
  return (
    <ul className={classes.list}>
      {updates.map((update) => (
        <Item key={update.id} update={update} chosen={chosen?.has(update.id) ?? false} onToggle={onToggle ? () => { onToggle(update.id); } : undefined} />
      ))}
    </ul>
  );
}
