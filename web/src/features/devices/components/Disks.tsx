import { useTranslation } from "react-i18next";
import type { Facts } from "@/api/types.ts";
import { Card } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";
import classes from "../devices.module.css";

type Disk = Facts["disks"][number];

const HIGH_PERCENT = 80;
const CRITICAL_PERCENT = 90;

function level(percent: number): "ok" | "high" | "critical" {
  if (percent >= CRITICAL_PERCENT) return "critical";
  return percent >= HIGH_PERCENT ? "high" : "ok";
}

function DiskLine({ disk }: { disk: Disk }) {
  const { t } = useTranslation("devices");
  const format = useFormat();
  const place = disk.mount_point ?? disk.name;
  const free = disk.free_bytes;
  const used = free === null || disk.size_bytes === 0 ? null : ((disk.size_bytes - free) / disk.size_bytes) * 100;
  return (
    <li className={classes.disk}>
      <div className={classes.diskLine}>
        <strong>{place}</strong>
        <span className="dim">
          {used === null ? format.bytes(disk.size_bytes) : t("disk.used", { percent: format.percent(used) })}
        </span>
      </div>
      {used === null || free === null ? null : (
        <>
          <div
            className={classes.bar}
            data-level={level(used)}
            role="meter"
            aria-label={t("disk.meter", { place })}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.round(used)}
          >
            <span style={{ width: `${String(Math.min(100, used))}%` }} />
          </div>
          <span className="second-line">
            {t("disk.free", {
              free: format.bytes(free),
              size: format.bytes(disk.size_bytes),
              device: [disk.name, disk.file_system].filter(Boolean).join(" · "),
            })}
          </span>
        </>
      )}
    </li>
  );
}

export function Disks({ disks }: { disks: Disk[] }) {
  const { t } = useTranslation("devices");
  return (
    <Card title={t("card.disks")}>
      {disks.length === 0 ? <p className="dim">{t("noDisks")}</p> : null}
      <ul className={classes.disks}>
        {disks.map((disk) => (
          <DiskLine key={`${disk.name}${disk.mount_point ?? ""}`} disk={disk} />
        ))}
      </ul>
    </Card>
  );
}
