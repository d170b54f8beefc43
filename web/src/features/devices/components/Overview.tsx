import { IconListSearch } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Device, Facts as DeviceFacts } from "@/api/types.ts";
import { osText } from "@/domain/devices/osText.ts";
import { Card, Fact, Facts } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";
import { RelTime } from "@/ui/RelTime.tsx";
import { StateMessage } from "@/ui/StateMessage.tsx";
import classes from "../devices.module.css";
import { useRestartReasons } from "../restartReason.ts";
import { Disks } from "./Disks.tsx";
import { WindowsCard } from "./WindowsCard.tsx";

function System({ facts }: { facts: DeviceFacts }) {
  const { t } = useTranslation("devices");
  return (
    <Card title={t("card.system")}>
      <Facts>
        <Fact name={t("fact.os")}>{facts.os_name === null ? null : osText(facts.os_name, facts.os_version)}</Fact>
        {facts.os_edition === null ? null : <Fact name={t("fact.edition")}>{facts.os_edition}</Fact>}
        {facts.os_build === null ? null : <Fact name={t("fact.build")}>{buildText(facts)}</Fact>}
        {facts.kernel === null ? null : <Fact name={t("fact.kernel")}>{facts.kernel}</Fact>}
        <Fact name={t("fact.architecture")}>{facts.architecture}</Fact>
        <Fact name={t("fact.timeZone")}>{facts.time_zone}</Fact>
        <Fact name={t("fact.lastBoot")}>
          {facts.last_boot_at === null ? null : <RelTime at={facts.last_boot_at} />}
        </Fact>
        {facts.os_family === "windows" ? <WindowsFacts facts={facts} /> : null}
      </Facts>
    </Card>
  );
}

/** The build with the number that tells the cumulative update, unless the build holds it already. */
function buildText({ os_build: build, update_build_revision: revision }: DeviceFacts): string | null {
  if (build === null || revision === null || build.endsWith(`.${String(revision)}`)) return build;
  return `${build}.${String(revision)}`;
}

function WindowsFacts({ facts }: { facts: DeviceFacts }) {
  const { t } = useTranslation("devices");
  const format = useFormat();
  const { join_state: join, domain, volume_encryption: volumes, signed_in_users: users } = facts;
  return (
    <>
      <Fact name={t("fact.joined")}>{join === null ? null : t(`join.${join}`)}</Fact>
      {domain === null ? null : (
        <Fact name={join === "workgroup" ? t("fact.workgroup") : t("fact.domain")}>{domain}</Fact>
      )}
      <Fact name={t("fact.encryption")}>
        {volumes.length === 0
          ? null
          : volumes.map(({ mount_point: place, state }) => (
              <div key={place}>{t("volume", { place, state: t(`encryption.${state}`) })}</div>
            ))}
      </Fact>
      <Fact name={t("fact.users")}>{users.length === 0 ? t("nobody") : format.list(users)}</Fact>
    </>
  );
}

function Network({ facts }: { facts: DeviceFacts }) {
  const { t } = useTranslation("devices");
  return (
    <Card title={t("card.network")}>
      {facts.network_interfaces.length === 0 ? <p className="dim">{t("noInterfaces")}</p> : null}
      <ul className={classes.nics}>
        {facts.network_interfaces.map((nic) => (
          <li key={nic.name} className={classes.nic}>
            <strong>{nic.name}</strong>{" "}
            {nic.mac_address === null ? null : <span className="dim mono">{nic.mac_address}</span>}
            <div className={classes.addresses}>
              {nic.addresses.map((address) => (
                <span key={address} className="mono">
                  {address}
                </span>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Agent({ device }: { device: Device }) {
  const { t } = useTranslation("devices");
  const format = useFormat();
  return (
    <Card title={t("card.agent")}>
      <Facts>
        <Fact name={t("column.agent")}>{device.agent_version}</Fact>
        <Fact name={t("column.enrolled")}>
          <RelTime at={device.enrolled_at} />
        </Fact>
        <Fact name={t("fact.certificate")}>
          {device.certificate_expires_at === null ? null : format.date(device.certificate_expires_at)}
        </Fact>
        <Fact name={t("fact.lastScan")}>
          <RelTime at={device.last_scan_at} />
        </Fact>
        <Fact name={t("fact.inventory")}>
          <RelTime at={device.facts_at} />
        </Fact>
        <Fact name={t("fact.id")}>
          <span className="mono">{device.id}</span>
        </Fact>
      </Facts>
    </Card>
  );
}

function RestartReasons({ device }: { device: Device }) {
  const { t } = useTranslation("devices");
  const reasons = useRestartReasons(device.restart_reasons);
  return (
    <Card title={t("card.restart")}>
      <ul className={classes.reasons}>
        {reasons.map(({ text, soft }) => (
          <li key={text}>
            {text}
            {soft ? <span className="dim"> ({t("restartReason.soft")})</span> : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** What wants attention, and what the machine is: each card in the same place on every device. */
export function Overview({ device, lastTasks }: { device: Device; lastTasks: ReactNode }) {
  const { t } = useTranslation("devices");
  const { facts } = device;
  return (
    <div className={classes.overview}>
      <div className={classes.wide}>
        {device.restart_reasons.length > 0 ? <RestartReasons device={device} /> : null}
        {facts === null ? (
          <Card title={t("card.system")}>
            <StateMessage
              icon={<IconListSearch size={28} stroke={1.4} />}
              title={t("noFacts.title")}
              text={t("noFacts.text")}
            />
          </Card>
        ) : (
          <>
            <System facts={facts} />
            <Disks disks={facts.disks} />
          </>
        )}
        {lastTasks}
      </div>
      <div className={classes.rail}>
        <WindowsCard deviceId={device.id} />
        {facts === null ? null : <Network facts={facts} />}
        <Agent device={device} />
      </div>
    </div>
  );
}
