import { Button, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import classes from "./ui.module.css";

/** A value to carry elsewhere, with the button that copies it; `shown` may be easier on the eye. */
export function CopyField({ value, shown = value, label }: { value: string; shown?: string; label: string }) {
  const { t } = useTranslation("common");
  return (
    <div className={classes.copyField}>
      <code tabIndex={0} aria-label={label}>
        {shown.split(" ").map((word, index) => (
          <Fragment key={index}>
            {index > 0 ? " " : null}
            <span>{word}</span>
          </Fragment>
        ))}
      </code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button
            variant={copied ? "light" : "default"}
            leftSection={copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
            onClick={copy}
          >
            {copied ? t("copied") : t("copy")}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
