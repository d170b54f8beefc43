import { Button, Group, Modal, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./ui.module.css";

/** Above this many devices, the count must be typed; work that can do harm asks sooner. */
const TYPED_ABOVE = 20;
const HOSTS_SHOWN = 8;

interface ConfirmDialogProps {
  opened: boolean;
  title: string;
  confirmLabel: string;
  danger?: boolean;
  busy?: boolean;
  /** Whether all that is asked for in the dialog has been given. */
  ready?: boolean;
  /** Names of what is acted on, and how many there are in all. */
  hosts?: string[];
  count?: number;
  /** The number to type where the server counts more than what is asked for here. */
  total?: number | undefined;
  /** Above how many the count must be typed. */
  typedAbove?: number;
  children?: ReactNode;
  /** Called with the number that was typed, if one was asked for. */
  onConfirm: (typed?: number) => void;
  onClose: () => void;
}

export function HostList({ hosts, count }: { hosts: string[]; count: number }) {
  const { t } = useTranslation("common");
  const shown = hosts.slice(0, HOSTS_SHOWN);
  if (shown.length === 0) return null;
  return (
    <ul className={classes.hosts}>
      {shown.map((host, index) => (
        <li key={`${host}-${String(index)}`}>{host}</li>
      ))}
      {count > shown.length ? <li className="dim">{t("andMore", { count: count - shown.length })}</li> : null}
    </ul>
  );
}

function Body({
  confirmLabel,
  danger = false,
  busy = false,
  ready: given = true,
  hosts = [],
  count = hosts.length,
  total,
  typedAbove = TYPED_ABOVE,
  children,
  onConfirm,
  onClose,
}: ConfirmDialogProps) {
  const { t } = useTranslation("common");
  const [typed, setTyped] = useState("");
  const number = total ?? count;
  const mustType = number > typedAbove;
  const ready = given && (!mustType || typed.trim() === String(number));
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !busy) onConfirm(mustType ? number : undefined);
      }}
    >
      <div className={classes.dialogBody}>
        {children}
        <HostList hosts={hosts} count={count} />
        {mustType ? (
          <TextInput
            label={
              total === undefined || total === count
                ? t("typeCount", { count: number })
                : t("typeTotal", { count: number })
            }
            inputMode="numeric"
            autoComplete="off"
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
            }}
            data-autofocus
          />
        ) : null}
      </div>
      <Group justify="flex-end" gap={8} mt={16}>
        <Button variant="default" onClick={onClose}>
          {t("cancel")}
        </Button>
        <Button type="submit" color={danger ? "red.8" : undefined} loading={busy} disabled={!ready}>
          {confirmLabel}
        </Button>
      </Group>
    </form>
  );
}

/** Asks before something that cannot be taken back, naming what it will touch. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { t } = useTranslation("common");
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      {props.opened ? <Body {...props} /> : null}
    </Modal>
  );
}
