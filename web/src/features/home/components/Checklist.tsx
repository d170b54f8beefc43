import { IconCircle, IconCircleCheckFilled } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Home } from "@/api/types.ts";
import { Card } from "@/ui/Facts.tsx";
import classes from "../home.module.css";

const STEPS = [
  { key: "tenant", done: "has_tenant" },
  { key: "site", done: "has_site" },
  { key: "device", done: "has_device" },
  { key: "scan", done: "has_scan" },
  { key: "team", done: "has_team" },
] as const;

type Step = (typeof STEPS)[number]["key"];

function Way({ step, children }: { step: Step; children: string }) {
  switch (step) {
    case "tenant":
    case "site":
      return <Link to="/tenants">{children}</Link>;
    case "device":
      return (
        <Link to="/enrollment" search={{ new: true }}>
          {children}
        </Link>
      );
    case "scan":
      return <Link to="/updates">{children}</Link>;
    case "team":
      return <Link to="/people/invitations">{children}</Link>;
  }
}

/** The way from an empty installation to the first scanned device. */
export function Checklist({ home }: { home: Home }) {
  const { t } = useTranslation("home");
  return (
    <Card title={t("checklist.title")}>
      <ol className={classes.steps}>
        {STEPS.map(({ key, done }) => {
          const isDone = home.setup[done];
          return (
            <li key={key} data-done={isDone || undefined}>
              {isDone ? <IconCircleCheckFilled size={20} aria-hidden /> : <IconCircle size={20} aria-hidden />}
              <div>
                <strong>{isDone ? t(`checklist.${key}`) : <Way step={key}>{t(`checklist.${key}`)}</Way>}</strong>
                <span className="second-line">{isDone ? t("checklist.done") : t(`checklist.${key}Text`)}</span>
              </div>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}
