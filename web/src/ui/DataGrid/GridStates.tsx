import { Button, Skeleton } from "@mantine/core";
import { IconAlertTriangle, IconLock, IconFilterOff, IconInbox } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { StateMessage } from "../StateMessage.tsx";
import classes from "./grid.module.css";
import type { Emptiness } from "./types.ts";

const ROWS = [0, 1, 2, 3, 4, 5, 6, 7];

export function SkeletonRows({ columns }: { columns: number }) {
  return ROWS.map((row) => (
    <tr key={row} aria-hidden>
      {Array.from({ length: columns }, (_, cell) => (
        <td key={cell}>
          <Skeleton height={12} width={`${String(50 + ((row * 7 + cell * 13) % 40))}%`} />
        </td>
      ))}
    </tr>
  ));
}

export function EmptyState({ title, text, action }: Emptiness) {
  return (
    <StateMessage icon={<IconInbox size={32} stroke={1.4} />} title={title} text={text}>
      {action}
    </StateMessage>
  );
}

export function NoMatchState({ onClear }: { onClear: () => void }) {
  const { t } = useTranslation("grid");
  return (
    <StateMessage icon={<IconFilterOff size={32} stroke={1.4} />} title={t("noMatch.title")} text={t("noMatch.text")}>
      <Button variant="default" onClick={onClear}>
        {t("noMatch.clear")}
      </Button>
    </StateMessage>
  );
}

interface Failure {
  error: unknown;
  onRetry: () => void;
}

export function ErrorState({ error, onRetry }: Failure) {
  const { t } = useTranslation("grid");
  const errors = useErrorText();
  const id = errors.requestId(error);
  // Asking again changes nobody's rights, and nobody has to look into it.
  if (error instanceof ApiError && error.status === 403) {
    return (
      <StateMessage
        role="alert"
        icon={<IconLock size={32} stroke={1.4} />}
        title={t("error.denied")}
        text={errors.of(error)}
      />
    );
  }
  return (
    <StateMessage
      role="alert"
      icon={<IconAlertTriangle size={32} stroke={1.4} />}
      title={t("error.title")}
      text={errors.of(error)}
      note={id === null ? undefined : t("error.requestId", { id })}
    >
      <Button variant="default" onClick={onRetry}>
        {t("error.retry")}
      </Button>
    </StateMessage>
  );
}

/** Said above rows that are still shown although they could not be renewed. */
export function Stale({ error, onRetry }: Failure) {
  const { t } = useTranslation("grid");
  const errors = useErrorText();
  return (
    <div className={classes.stale} role="status">
      <IconAlertTriangle size={16} aria-hidden />
      <span>{t("error.stale", { reason: errors.of(error) })}</span>
      <button type="button" onClick={onRetry}>
        {t("error.retry")}
      </button>
    </div>
  );
}
