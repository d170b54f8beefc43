import {
  IconActivityHeartbeat,
  IconAlertTriangleFilled,
  IconCircleCheck,
  IconCircleDashed,
  IconSquareRoundedX,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { TaskResults } from "@/api/types.ts";
import { Dash } from "@/ui/Dash.tsx";
import { Card } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";
import { Status, type Look } from "@/ui/Status.tsx";
import type { Kind } from "./kind.ts";
import classes from "./kinds.module.css";
import { Problems } from "./Problems.tsx";
import { ResultTable } from "./ResultTable.tsx";
import { oneOf } from "./untrusted.ts";

const VERDICTS = ["failing", "warning", "unknown", "ok"] as const;
type DiskHealth = TaskResults["health.collect"]["disks"][number];
type Sensor = TaskResults["health.collect"]["sensors"][number];

const LOOK: Record<DiskHealth["verdict"], Look & { filled?: boolean }> = {
  failing: { tone: "critical", icon: IconSquareRoundedX, filled: true },
  warning: { tone: "high", icon: IconAlertTriangleFilled, filled: true },
  unknown: { tone: "none", icon: IconCircleDashed },
  ok: { tone: "ok", icon: IconCircleCheck },
};
const REASONS = [
  "self_assessment_failed",
  "critical_warning",
  "prefail_attribute",
  "reallocated",
  "pending",
  "media_errors",
  "worn",
  "low_spare",
  "hot",
  "error_log",
] as const;

/** A number of a disk; what is not known is no zero. */
function Figure({ value, unit = "" }: { value: number | null; unit?: string }) {
  const format = useFormat();
  return value === null ? (
    <Dash />
  ) : (
    <>
      {format.number(value)}
      {unit}
    </>
  );
}

function Disk({ disk }: { disk: DiskHealth }) {
  const { t } = useTranslation("kinds");
  const { verdict } = disk;
  const reasons = disk.reasons.map((code) => {
    const known = oneOf(REASONS, code.replace(/^disk\./, ""));
    return known === null ? code : t(`health.collect.reason.${known}`);
  });
  const about = [disk.model, disk.protocol, disk.serial_number].filter((part) => part !== null);
  return (
    <tr>
      <th scope="row">
        <span className="mono">{disk.device}</span>
        {about.length === 0 ? null : <div className="second-line">{about.join(" · ")}</div>}
      </th>
      <td className={classes.verdict}>
        <Status {...LOOK[verdict]}>{t(`health.collect.verdict.${verdict}`)}</Status>
        {reasons.length === 0 ? null : (
          <ul>
            {reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        )}
      </td>
      <td>
        <Figure value={disk.temperature_celsius} unit=" °C" />
      </td>
      <td>
        <Figure value={disk.wear_percent} unit=" %" />
      </td>
      <td>
        <Figure value={disk.reallocated} />
      </td>
      <td>
        <Figure value={disk.pending} />
      </td>
      <td>
        <Figure value={disk.media_errors} />
      </td>
      <td>
        <Figure value={disk.power_on_hours} />
      </td>
    </tr>
  );
}

function Disks({ disks }: { disks: DiskHealth[] }) {
  const { t } = useTranslation("kinds");
  if (disks.length === 0) return <p className="dim">{t("health.collect.noDisks")}</p>;
  const columns = [
    t("health.collect.disk"),
    t("health.collect.state"),
    t("health.collect.temperature"),
    t("health.collect.wear"),
    t("health.collect.reallocated"),
    t("health.collect.pending"),
    t("health.collect.mediaErrors"),
    t("health.collect.hours"),
  ];
  const rank = (disk: DiskHealth): number => VERDICTS.indexOf(disk.verdict);
  return (
    <ResultTable label={t("health.collect.disks")} columns={columns}>
      {[...disks]
        .sort((a, b) => rank(a) - rank(b))
        .map((disk, index) => (
          <Disk key={index} disk={disk} />
        ))}
    </ResultTable>
  );
}

function Sensors({ sensors }: { sensors: Sensor[] }) {
  const { t } = useTranslation("kinds");
  const format = useFormat();
  return (
    <ResultTable
      label={t("health.collect.sensors")}
      columns={[t("health.collect.hardware"), t("health.collect.sensor"), t("health.collect.reading")]}
    >
      {sensors.map((sensor, index) => {
        const { value } = sensor;
        return (
          <tr key={index}>
            <th scope="row">{sensor.hardware || <Dash />}</th>
            <td>{sensor.name || <Dash />}</td>
            <td>{value === null ? <Dash /> : `${format.number(Math.round(value * 10) / 10)} ${sensor.unit}`}</td>
          </tr>
        );
      })}
    </ResultTable>
  );
}

/** Disks with our verdict and why, worst first; sensors where there are any. */
function Result({ result }: { result: TaskResults["health.collect"] }) {
  const { t } = useTranslation("kinds");
  const { disks, sensors, problems } = result;
  return (
    <>
      <Card title={t("health.collect.disks")}>
        <Problems problems={problems} />
        <Disks disks={disks} />
      </Card>
      {sensors.length === 0 ? null : (
        <Card title={t("health.collect.sensors")}>
          <Sensors sensors={sensors} />
        </Card>
      )}
    </>
  );
}

export const healthCollect: Kind<"health.collect"> = {
  icon: IconActivityHeartbeat,
  isGuarded: false,
  canRetry: true,
  start: { permission: "task:create", place: "run" },
  Params: null,
  Result,
};
