import { Button, Tabs } from "@mantine/core";
import { IconBrandWindows, IconDownload, IconTerminal2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { EnrollmentTokenCreated } from "@/api/types.ts";
import { CopyField } from "@/ui/CopyField.tsx";
import { useFormat } from "@/ui/format.ts";
import type { Platform } from "../api.ts";
import classes from "../enrollment.module.css";

const ICON = { size: 15, "aria-hidden": true } as const;
type Install = NonNullable<EnrollmentTokenCreated["install_windows"]>;

function Value({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <h4 className={classes.small}>{label}</h4>
      <CopyField value={value} label={label} />
    </div>
  );
}

/** The file by hand: the same for everybody, asks for the three values. */
function ByHand({ install, token }: { install: Install; token: EnrollmentTokenCreated }) {
  const { t } = useTranslation("enrollment");
  const format = useFormat();
  return (
    <details className={classes.byHand}>
      <summary>{t("install.byHand")}</summary>
      <div className={classes.values}>
        <p className="dim">{t("install.oneForAll")}</p>
        <div>
          <Button
            component="a"
            href={`/downloads/${install.file_name}`}
            download
            variant="default"
            leftSection={<IconDownload {...ICON} />}
          >
            {t("install.download", { version: install.version, size: format.bytes(install.size_bytes) })}
          </Button>
        </div>
        <Value label={t("install.server")} value={token.gateway_url} />
        <Value label={t("install.token")} value={token.token} />
        <Value label={t("install.pin")} value={token.authority_sha256} />
        <Value label={t("install.hash")} value={install.sha256} />
      </div>
    </details>
  );
}

function Missing() {
  const { t } = useTranslation("enrollment");
  return (
    <div className={classes.missing}>
      <strong>{t("install.none.title")}</strong>
      <p>{t("install.none.text")}</p>
      <CopyField value="bosman releases add FOLDER" label={t("install.none.title")} />
    </div>
  );
}

function Line({
  install,
  token,
  heading,
  note,
}: {
  install: Install;
  token: EnrollmentTokenCreated;
  heading: string;
  note: string;
}) {
  return (
    <>
      <h3 className={classes.heading}>{heading}</h3>
      <CopyField value={install.line} label={heading} />
      <p className="dim">{note}</p>
      <ByHand install={install} token={token} />
    </>
  );
}

/** One line per system, the file by hand below it; what to do where this installation has no release. */
export function HowToInstall({ token, first }: { token: EnrollmentTokenCreated; first: Platform }) {
  const { t } = useTranslation("enrollment");
  const { install_windows: windows, install_linux: linux } = token;
  return (
    <Tabs defaultValue={first} keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="windows-amd64" leftSection={<IconBrandWindows {...ICON} />}>
          {t("install.windows")}
        </Tabs.Tab>
        <Tabs.Tab value="linux" leftSection={<IconTerminal2 {...ICON} />}>
          {t("install.linux")}
        </Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="windows-amd64" className={classes.panel}>
        {windows ? (
          <Line install={windows} token={token} heading={t("install.runWindows")} note={t("install.noteWindows")} />
        ) : (
          <Missing />
        )}
      </Tabs.Panel>
      <Tabs.Panel value="linux" className={classes.panel}>
        {linux ? (
          <Line install={linux} token={token} heading={t("install.runLinux")} note={t("install.noteLinux")} />
        ) : (
          <Missing />
        )}
        <h3 className={classes.heading}>{t("install.present")}</h3>
        <CopyField value={token.enroll_line} label={t("install.present")} />
      </Tabs.Panel>
    </Tabs>
  );
}
