import { Button } from "@mantine/core";
import { IconActivityHeartbeat } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Device, Facts as DeviceFacts } from "@/api/types.ts";
import { targetOf, useKindActions } from "@/domain/deviceActions/registry.tsx";
import { KINDS } from "@/domain/kinds/index.ts";
import { Card, Fact, Facts } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";
import { RelTime } from "@/ui/RelTime.tsx";
import { StateMessage } from "@/ui/StateMessage.tsx";
import classes from "../devices.module.css";

function Hardware({ facts }: { facts: DeviceFacts }) {
  const { t } = useTranslation("devices");
  const format = useFormat();
  return (
    <Card title={t("card.hardware")}>
      <Facts>
        <Fact name={t("fact.kind")}>
          {facts.virtualization === null ? t("physical") : t("virtual", { technology: facts.virtualization })}
        </Fact>
        <Fact name={t("fact.vendor")}>{facts.vendor}</Fact>
        <Fact name={t("fact.model")}>{facts.model}</Fact>
        <Fact name={t("fact.serial")}>
          {facts.serial_number === null ? null : <span className="mono">{facts.serial_number}</span>}
        </Fact>
        <Fact name={t("fact.cpu")}>{facts.cpu_model}</Fact>
        <Fact name={t("fact.cores")}>{facts.cpu_cores === null ? null : format.number(facts.cpu_cores)}</Fact>
        <Fact name={t("fact.memory")}>{facts.memory_bytes === null ? null : format.bytes(facts.memory_bytes)}</Fact>
      </Facts>
    </Card>
  );
}

/** What the last look at disks and sensors found, and when that was. */
function Health({ device }: { device: Device }) {
  const { t } = useTranslation("devices");
  const { health } = device;
  const check = useKindActions()(targetOf(device)).find(({ id }) => id === "health.collect");
  const Result = KINDS["health.collect"].Result;
  const button =
    check === undefined || check.disabledReason !== undefined ? null : (
      <Button variant="default" leftSection={check.icon} onClick={check.run}>
        {check.label}
      </Button>
    );
  if (health === null || Result === null)
    return (
      <Card title={t("card.health")}>
        <StateMessage
          icon={<IconActivityHeartbeat size={28} stroke={1.4} />}
          title={t("noHealth.title")}
          text={t("noHealth.text")}
        >
          {button}
        </StateMessage>
      </Card>
    );
  return (
    <>
      <p className={classes.checked}>
        <span>
          {t("checked")}{" "}
          <Link to="/tasks/$taskId" params={{ taskId: health.task_id }}>
            <RelTime at={health.checked_at} />
          </Link>
        </span>
        {button}
      </p>
      <Result result={health.result} />
    </>
  );
}

/** The machine as hardware: how its disks and sensors are, and what it is made of. */
export function HardwareTab({ device }: { device: Device }) {
  return (
    <div className={classes.overview}>
      <div className={classes.wide}>
        <Health device={device} />
      </div>
      <div className={classes.rail}>{device.facts === null ? null : <Hardware facts={device.facts} />}</div>
    </div>
  );
}
