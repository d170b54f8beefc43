import { Spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { ActionDevice } from "@/domain/deviceActions/context.ts";
import { targetOf, useDeviceActions } from "@/domain/deviceActions/registry.tsx";
import { useFound } from "./paletteFound.tsx";
import { useCommands, usePages } from "./paletteItems.tsx";
import { paletteStore } from "./paletteState.ts";

const TOP = 96;

/** What can be done with the device that the reader has turned to. */
function useActionsOf(device: ActionDevice | null): SpotlightActionGroupData[] {
  const actions = useDeviceActions();
  if (device === null) return [];
  const usable = actions(targetOf(device)).filter(({ disabledReason }) => disabledReason === undefined);
  return [
    {
      group: device.hostname,
      actions: usable.map(({ id, label, icon, run }) => ({ id, label, leftSection: icon, onClick: run })),
    },
  ];
}

/** Ctrl+K: devices by anything that is known of them, customers, sites, pages, and what can be done from anywhere. */
export function CommandPalette() {
  const { t } = useTranslation("shell");
  const [typed, type] = useState("");
  const [device, turnTo] = useState<ActionDevice | null>(null);
  const { groups: found, devices } = useFound(typed);
  const pages = usePages();
  const commands = useCommands();
  const ofDevice = useActionsOf(device);
  const others = [
    { group: t("palette.pages"), actions: pages },
    { group: t("palette.actions"), actions: commands },
  ];
  const all = [...found, ...others];
  const groups = device === null ? all.filter(({ actions }) => actions.length > 0) : ofDevice;

  // What has just arrived is chosen by nobody yet: Enter opens the first of it, as people expect of a search.
  useEffect(() => {
    const items = document.querySelectorAll<HTMLElement>("[role=dialog] [data-action]");
    if (![...items].some((item) => item.dataset["selected"] !== undefined))
      items[0]?.setAttribute("data-selected", "true");
  }, [groups]);

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    const { selectionStart, value } = event.currentTarget;
    if (event.key === "ArrowRight" && device === null && selectionStart === value.length) {
      const chosen = document.querySelector<HTMLElement>("[data-palette-device][data-selected]");
      const next = devices.find(({ id }) => id === chosen?.dataset["paletteDevice"]);
      if (next === undefined) return;
      event.preventDefault();
      turnTo(next);
      type("");
    } else if (device !== null && (event.key === "Backspace" || event.key === "ArrowLeft") && value === "") {
      turnTo(null);
    }
  };

  return (
    <Spotlight
      store={paletteStore}
      actions={groups}
      query={typed}
      onQueryChange={type}
      onSpotlightClose={() => {
        turnTo(null);
      }}
      shortcut="mod + K"
      lockScroll={false}
      // A window in the middle jumps whenever its results grow or shrink.
      centered={false}
      yOffset={TOP}
      overlayProps={{ blur: 0, backgroundOpacity: 0.45 }}
      attributes={{ content: { "aria-label": t("palette.open") } }}
      highlightQuery
      scrollable
      maxHeight={420}
      nothingFound={t("palette.nothing")}
      searchProps={{
        leftSection: <IconSearch size={18} />,
        placeholder: device === null ? t("palette.placeholder") : t("palette.ofDevice", { name: device.hostname }),
        "aria-label": t("palette.placeholder"),
        onKeyDown,
      }}
    />
  );
}
