import { Button, Radio, Select, Skeleton, Stack, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Update } from "@/api/types.ts";
import { ErrorState } from "@/ui/DataGrid/index.ts";
import { pendingUpdatesQuery } from "../updates/api.ts";
import { isInstallable, UpdateList } from "../updates/UpdateList.tsx";
import type { OptionsProps } from "./kind.ts";
import classes from "./kinds.module.css";
import { oneOf, rows, text, type Fields } from "./untrusted.ts";

const RESTARTS = ["never", "if_required"] as const;
const FOR_MANY = ["security", "all"] as const;
const FOR_ONE = ["security", "all", "chosen"] as const;

function matches(update: Update, typed: string): boolean {
  const needle = typed.trim().toLocaleLowerCase();
  return [update.title, update.name, update.kb ?? "", ...update.cve_ids].some((word) =>
    word.toLocaleLowerCase().includes(needle),
  );
}

const choice = (update: Update) => ({ name: update.name, version: update.available_version, title: update.title });

interface ChooserProps {
  deviceId: string;
  chosen: Fields[];
  onChoose: (chosen: Fields[]) => void;
}

/** The pending updates of one device, to tick. */
function Chooser({ deviceId, chosen, onChoose }: ChooserProps) {
  const { t } = useTranslation("kinds");
  const { data, isPending, error, refetch } = useQuery(pendingUpdatesQuery(deviceId));
  const [typed, type] = useState("");
  if (isPending) return <Skeleton height={200} aria-label={t("updates.install.loading")} />;
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const isChosen = ({ name, available_version: version }: Update): boolean =>
    chosen.some((one) => one["name"] === name && one["version"] === version);
  const shown = data.filter((update) => matches(update, typed));
  // What one means by "all" is not what somebody hid, nor what would ask questions that nobody answers.
  const ordinary = data.filter((update) => !update.is_hidden && isInstallable(update));
  return (
    <>
      <div className={classes.tools}>
        <TextInput
          size="xs"
          type="search"
          aria-label={t("updates.install.search")}
          placeholder={t("updates.install.search")}
          leftSection={<IconSearch size={15} />}
          value={typed}
          onChange={(event) => {
            type(event.currentTarget.value);
          }}
        />
        <Button
          variant="default"
          onClick={() => {
            onChoose(ordinary.map(choice));
          }}
        >
          {t("updates.install.every")}
        </Button>
        <Button
          variant="subtle"
          disabled={chosen.length === 0}
          onClick={() => {
            onChoose([]);
          }}
        >
          {t("updates.install.noneOfThem")}
        </Button>
      </div>
      {shown.length === 0 ? <p className="dim">{t("updates.install.noMatch")}</p> : null}
      <UpdateList
        updates={shown}
        chosen={new Set(data.filter(isChosen).map(({ id }) => id))}
        onToggle={(id) => {
          const update = data.find((one) => one.id === id);
          if (update === undefined) return;
          const others = chosen.filter(
            (one) => one["name"] !== update.name || one["version"] !== update.available_version,
          );
          onChoose(isChosen(update) ? others : [...others, choice(update)]);
        }}
      />
    </>
  );
}

/** Updates that a page has chosen already: they are named, not chosen again. */
function Named({ updates }: { updates: Fields[] }) {
  return (
    <ul className={classes.updates}>
      {updates.map((update) => (
        <li key={`${text(update["name"]) ?? ""} ${text(update["version"]) ?? ""}`}>
          <strong>{text(update["title"]) ?? text(update["name"])}</strong>
        </li>
      ))}
    </ul>
  );
}

/** What to install, and what becomes of a restart. */
export default function InstallOptions({ params, onChange, on }: OptionsProps) {
  const { t } = useTranslation("kinds");
  const updates = rows(params["updates"]);
  const selects = on.device === undefined ? FOR_MANY : FOR_ONE;
  const select = oneOf(FOR_ONE, params["select"]) ?? "security";
  const isNamed = select === "chosen" && on.device === undefined;
  return (
    <>
      {isNamed ? (
        <Named updates={updates} />
      ) : (
        <Radio.Group
          label={t("updates.install.what")}
          value={select}
          onChange={(value) => {
            onChange({ ...params, select: value });
          }}
        >
          <Stack gap={10} mt={8}>
            {selects.map((value) => (
              <Radio key={value} size="xs" value={value} label={t(`updates.install.selects.${value}`)} />
            ))}
          </Stack>
        </Radio.Group>
      )}
      {select === "chosen" && on.device !== undefined ? (
        <Chooser
          deviceId={on.device.id}
          chosen={updates}
          onChoose={(chosen) => {
            onChange({ ...params, updates: chosen });
          }}
        />
      ) : null}
      <Select
        label={t("updates.install.restart")}
        allowDeselect={false}
        data={RESTARTS.map((value) => ({ value, label: t(`updates.install.restarts.${value}`) }))}
        value={oneOf(RESTARTS, params["restart"]) ?? "never"}
        onChange={(restart) => {
          onChange({ ...params, restart });
        }}
      />
    </>
  );
}
