import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Home } from "@/api/types.ts";
import { Dash } from "@/ui/Dash.tsx";
import { Card } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";
import classes from "../home.module.css";

type Customer = Home["customers"][number];

function Share({ part, whole }: { part: number; whole: number }) {
  const format = useFormat();
  return whole === 0 ? <Dash /> : format.percent(Math.floor((part / whole) * 100));
}

/** A number of devices in trouble; none of them is nothing to look at. */
function Trouble({ count, tone }: { count: number; tone: "critical" | "high" | "plain" }) {
  const format = useFormat();
  return count === 0 ? (
    <Dash />
  ) : (
    <span className={classes.trouble} data-tone={tone}>
      {format.number(count)}
    </span>
  );
}

function Row({ customer }: { customer: Customer }) {
  const { t } = useTranslation("home");
  const format = useFormat();
  const scanned = customer.devices - customer.unscanned;
  return (
    <tr>
      <th scope="row">
        <Link to="/" search={{ tenant: customer.tenant_id }}>
          {customer.tenant_name}
        </Link>
      </th>
      <td>{format.number(customer.devices)}</td>
      <td>
        <Share part={customer.online} whole={customer.devices} />
      </td>
      <td>
        {scanned === 0 && customer.devices > 0 ? (
          <span className="dim">{t("customers.unknown")}</span>
        ) : (
          <Share part={customer.patched} whole={scanned} />
        )}
      </td>
      <td>
        <Trouble count={customer.critical_updates} tone="critical" />
      </td>
      <td>
        <Trouble count={customer.security_updates} tone="high" />
      </td>
      <td>
        <Trouble count={customer.restart_required} tone="high" />
      </td>
      <td>
        <Trouble count={customer.failing_disks} tone="critical" />
      </td>
      <td>
        <Trouble count={customer.low_disk} tone="high" />
      </td>
      <td>
        <Trouble count={customer.away} tone="plain" />
      </td>
    </tr>
  );
}

/** Customers, worst first; each leads to its own Home. */
export function Customers({ home }: { home: Home }) {
  const { t } = useTranslation("home");
  const heads = [
    t("customers.devices"),
    t("customers.online"),
    t("customers.patched"),
    t("customers.critical"),
    t("customers.security"),
    t("customers.restart"),
    t("customers.failing"),
    t("customers.disk"),
    t("customers.away"),
  ];
  return (
    <Card
      title={t("customers.title")}
      aside={
        home.customer_count > home.customers.length ? (
          <Link to="/tenants">{t("customers.all", { count: home.customer_count })}</Link>
        ) : null
      }
    >
      <div className={classes.scroll} tabIndex={0} role="region" aria-label={t("customers.title")}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t("customers.name")}</th>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {home.customers.map((customer) => (
              <Row key={customer.tenant_id} customer={customer} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
