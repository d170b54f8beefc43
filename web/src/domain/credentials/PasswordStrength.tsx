import { useTranslation } from "react-i18next";
import classes from "./credentials.module.css";

export const SHORTEST_PASSWORD = 12;
const STRONG_LENGTH = 16;
const FEW_CHARACTERS = 6;

const LEVELS = ["weak", "good", "strong"] as const;
type Level = 0 | 1 | 2 | 3;

/** A hint, not a verdict: length counts most, endless repetition counts for nothing. The server decides. */
export function strength(password: string): Level {
  if (password === "") return 0;
  const varied = new Set(password).size;
  if (password.length < SHORTEST_PASSWORD || varied < FEW_CHARACTERS) return 1;
  return password.length >= STRONG_LENGTH && varied >= FEW_CHARACTERS * 1.5 ? 3 : 2;
}

export function PasswordStrength({ password }: { password: string }) {
  const { t } = useTranslation("credentials");
  const level = strength(password);
  const word = LEVELS[level - 1];
  return (
    <>
      <div className={classes.strength} data-level={level} aria-hidden>
        <span />
        <span />
        <span />
      </div>
      <p className={classes.hint} aria-live="polite">
        {word === undefined ? t("passwordHint", { count: SHORTEST_PASSWORD }) : t(`strength.${word}`)}
      </p>
    </>
  );
}
