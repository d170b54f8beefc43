import { SegmentedControl, Title } from "@mantine/core";
import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Language } from "@/api/types.ts";
import { setLanguage } from "@/i18n/index.ts";
import { Logo } from "@/ui/Logo.tsx";
import classes from "../session.module.css";

const LANGUAGES = [
  { value: "pl", label: "PL" },
  { value: "en", label: "EN" },
];

/** The frame of every page before the app: brand, one box, and the language. */
export function Frame({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  const { t, i18n } = useTranslation("common");
  useEffect(() => {
    document.title = `${title} · Bosman`;
  }, [title]);
  return (
    <div className={classes.page}>
      <main className={classes.box}>
        <div className={classes.brand}>
          <Logo size={30} />
          <span>{t("brand")}</span>
        </div>
        <Title order={1}>{title}</Title>
        {text === undefined ? null : <p className={classes.text}>{text}</p>}
        {children}
      </main>
      <SegmentedControl
        size="xs"
        aria-label={t("language")}
        data={LANGUAGES}
        value={i18n.language}
        onChange={(value) => void setLanguage(value as Language)}
      />
    </div>
  );
}
