import {
  IconAlertTriangleFilled,
  IconCircleCheck,
  IconCircleDashed,
  IconSquareRoundedX,
  type Icon,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Task } from "@/api/types.ts";
import { Dash } from "@/ui/Dash.tsx";
import { Card } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";
import { Status, type Tone } from "@/ui/Status.tsx";
import { number, oneOf, rows, text, texts, type Fields } from "./untrusted.ts";
import { Problems } from "./Problems.tsx";
import { ResultTable } from "./ResultTable.tsx";
import classes from "./kinds.module.css";

const VERDICTS = ["failing", "warning", "unknown", "ok"] as const;
const LOOK: Record<(typeof VERDICTS)[number], { tone: Tone; icon: Icon; filled?: boolean }> = {
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
function Figure({ value, unit = "" }: { value: unknown; unit?: string }) {
  const format = useFormat();
  const known = number(value);
  return known === null ? (
    <Dash />
  ) : (
    <>
      {format.number(known)}
      {unit}
    </>
  );
}

function Disk({ disk }: { disk: Fields }) {
  const { t } = useTranslation("tasks");
  const verdict = oneOf(VERDICTS, disk["verdict"]) ?? "unknown";
  const reasons = texts(disk["reasons"]).map((code) => {
    const known = oneOf(REASONS, code.replace(/^disk\./, ""));
    return known === null ? code : t(`health.reason.${known}`);
  });
  const about = [text(disk["model"]), text(disk["protocol"]), text(disk["serial_number"])].filter(
    (part) => part !== null,
  );
  return (
    <tr>
      <th scope="row">
        <span className="mono">{text(disk["device"]) ?? "–"}</span>
        {about.length === 0 ? null : <div className="second-line">{about.join(" · ")}</div>}
      </th>
      <td className={classes.verdict}>
        <Status {...LOOK[verdict]}>{t(`health.verdict.${verdict}`)}</Status>
        {reasons.length === 0 ? null : (
          <ul>
            {reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        )}
      </td>
      <td>
        <Figure value={disk["temperature_celsius"]} unit=" °C" />
      </td>
      <td>
        <Figure value={disk["wear_percent"]} unit=" %" />
      </td>
      <td>
        <Figure value={disk["reallocated"]} />
      </td>
      <td>
        <Figure value={disk["pending"]} />
      </td>
      <td>
        <Figure value={disk["media_errors"]} />
      </td>
      <td>
        <Figure value={disk["power_on_hours"]} />
      </td>
    </tr>
  );
}

function Disks({ disks }: { disks: Fields[] }) {
  const { t } = useTranslation("tasks");
  if (disks.length === 0) return <p className="dim">{t("health.noDisks")}</p>;
  const columns = [
    t("health.disk"),
    t("health.state"),
    t("health.temperature"),
    t("health.wear"),
    t("health.reallocated"),
    t("health.pending"),
    t("health.mediaErrors"),
    t("health.hours"),
  ];
  const rank = (disk: Fields): number => VERDICTS.indexOf(oneOf(VERDICTS, disk["verdict"]) ?? "unknown");
  return (
    <ResultTable label={t("health.disks")} columns={columns}>
      {[...disks]
        .sort((a, b) => rank(a) - rank(b))
        .map((disk, index) => (
          <Disk key={index} disk={disk} />
        ))}
    </ResultTable>
  );
}

function Sensors({ sensors }: { sensors: Fields[] }) {
  const { t } = useTranslation("tasks");
  const format = useFormat();
  return (
    <ResultTable label={t("health.sensors")} columns={[t("health.hardware"), t("health.sensor"), t("health.reading")]}>
      {sensors.map((sensor, index) => {
        const value = number(sensor["value"]);
        return (
          <tr key={index}>
            <th scope="row">{text(sensor["hardware"]) ?? <Dash />}</th>
            <td>{text(sensor["name"]) ?? <Dash />}</td>
            <td>
              {value === null ? (
                <Dash />
              ) : (
                `${format.number(Math.round(value * 10) / 10)} ${text(sensor["unit"]) ?? ""}`
              )}
            </td>
          </tr>
        );
      })}
    </ResultTable>
  );
}

/** Disks with our verdict and why, worst first; sensors where there are any. */
export function HealthCard({ result }: { result: NonNullable<Task["result"]> }) {
  const { t } = useTranslation("tasks");
  const sensors = rows(result["sensors"]);
  return (
    <>
      <Card title={t("health.disks")}>
        <Problems problems={rows(result["problems"])} />
        <Disks disks={rows(result["disks"])} />
      </Card>
      {sensors.length === 0 ? null : (
        <Card title={t("health.sensors")}>
          <Sensors sensors={sensors} />
        </Card>
      )}
    </>
  );
}
