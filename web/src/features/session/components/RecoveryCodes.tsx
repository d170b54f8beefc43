import { Button, Checkbox, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy, IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "../session.module.css";
import { Frame } from "./Frame.tsx";

/** Shown once: without them a lost phone would lock its owner out. */
export function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const { t } = useTranslation(["common", "credentials"]);
  const [saved, setSaved] = useState(false);
  const text = `${codes.join("\n")}\n`;
  return (
    <Frame title={t("credentials:recovery.title")} text={t("credentials:recovery.text")}>
      <div className={classes.form}>
        <ul className={classes.codes}>
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <div className={classes.row}>
          <CopyButton value={text}>
            {({ copied, copy }) => (
              <Button
                variant="default"
                leftSection={copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
                onClick={copy}
              >
                {copied ? t("common:copied") : t("common:copy")}
              </Button>
            )}
          </CopyButton>
          <Button
            component="a"
            variant="default"
            leftSection={<IconDownload size={15} />}
            download="bosman-recovery-codes.txt"
            href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
          >
            {t("credentials:recovery.download")}
          </Button>
        </div>
        <Checkbox
          label={t("credentials:recovery.saved")}
          checked={saved}
          onChange={(event) => {
            setSaved(event.currentTarget.checked);
          }}
        />
        <Button size="sm" disabled={!saved} onClick={onDone}>
          {t("credentials:recovery.go")}
        </Button>
      </div>
    </Frame>
  );
}
