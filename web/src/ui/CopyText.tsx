import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./ui.module.css";

/** A value that one takes elsewhere, with the button that copies it. */
export function CopyText({ name, text }: { name: string; text: string }) {
  const { t } = useTranslation("common");
  return (
    <span className={classes.copyText}>
      <span title={name}>{text}</span>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t("copied") : t("copyNamed", { name })}>
            <ActionIcon size={20} aria-label={t("copyNamed", { name })} onClick={copy}>
              {copied ? <IconCheck size={13} /> : <IconCopy size={13} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </span>
  );
}
