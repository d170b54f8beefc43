import { Kbd, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { isTyping } from "@/ui/keyboard.ts";
import type { Section } from "../navigation.ts";
import classes from "./shell.module.css";
import { onShortcutHelp, openScopeSwitch } from "./signals.ts";
import { useSections } from "./useSections.ts";

const CHORD_MS = 1200;
/** Of the customer that the app is narrowed to. */
const SCOPE_KEY = "c";

const HELP = [
  { keys: ["Ctrl", "K"], text: "palette" },
  { keys: ["/"], text: "search" },
  { keys: ["j"], text: "next" },
  { keys: ["k"], text: "previous" },
  { keys: ["x"], text: "select" },
  { keys: ["Enter"], text: "open" },
  { keys: ["?"], text: "help" },
] as const;

function useShortcuts(sections: readonly Section[], openHelp: () => void): void {
  const navigate = useNavigate();
  const pressedG = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      const section = sections.find((candidate) => candidate.shortcut === event.key);
      const isChord = event.timeStamp - pressedG.current < CHORD_MS;
      if (isChord && event.key === SCOPE_KEY) {
        pressedG.current = 0;
        event.preventDefault();
        openScopeSwitch();
      } else if (section && isChord) {
        pressedG.current = 0;
        event.preventDefault();
        void navigate({ to: section.to });
      } else if (event.key === "g") {
        pressedG.current = event.timeStamp;
      } else if (event.key === "/") {
        const field = document.querySelector<HTMLInputElement>("[data-grid-search]");
        if (!field) return;
        event.preventDefault();
        field.focus();
      } else if (event.key === "?") {
        openHelp();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("keydown", onKey);
    };
  }, [navigate, sections, openHelp]);
}

/** Single-key shortcuts and the window that lists them. */
export function Shortcuts() {
  const { t } = useTranslation("shell");
  const [opened, { open, close }] = useDisclosure(false);
  const sections = useSections();
  useShortcuts(sections, open);
  useEffect(() => onShortcutHelp(open), [open]);
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t("shortcuts.title")}
      closeButtonProps={{ "aria-label": t("shortcuts.close") }}
    >
      <dl className={classes.shortcuts}>
        {HELP.map(({ keys, text }) => (
          <div key={text}>
            <dt>{t(`shortcuts.${text}`)}</dt>
            <dd>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
        <div>
          <dt>{t("shortcuts.scope")}</dt>
          <dd>
            <Kbd>{"g"}</Kbd>
            <Kbd>{SCOPE_KEY}</Kbd>
          </dd>
        </div>
        {sections.map(({ key, shortcut }) => (
          <div key={key}>
            <dt>{t("shortcuts.goTo", { section: t(`section.${key}`) })}</dt>
            <dd>
              <Kbd>{"g"}</Kbd>
              <Kbd>{shortcut}</Kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
