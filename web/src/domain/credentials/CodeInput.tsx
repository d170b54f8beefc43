import { TextInput } from "@mantine/core";
import classes from "./credentials.module.css";

const DIGITS = 6;

interface CodeInputProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Called as soon as the sixth digit is there. */
  onComplete: (value: string) => void;
  /** Escape is the surrounding dialog's own matter: dialogs below it stay open. */
  ownEscape?: boolean;
}

/** Six digits, however they are pasted. */
export function CodeInput({ label, value, onChange, onComplete, ownEscape = false }: CodeInputProps) {
  return (
    <TextInput
      className={classes.codeInput}
      label={label}
      inputMode="numeric"
      autoComplete="one-time-code"
      autoFocus
      data-autofocus
      data-mantine-stop-propagation={ownEscape}
      required
      value={value}
      onChange={(event) => {
        const digits = event.currentTarget.value.replace(/\D/g, "").slice(0, DIGITS);
        onChange(digits);
        if (digits.length === DIGITS && digits !== value) onComplete(digits);
      }}
    />
  );
}
