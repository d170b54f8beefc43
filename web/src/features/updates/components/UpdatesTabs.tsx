import { Tabs } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

/** The same news by device and by update. */
export function UpdatesTabs({ active }: { active: "devices" | "catalog" }) {
  const { t } = useTranslation("updates");
  const navigate = useNavigate();
  return (
    <Tabs
      value={active}
      onChange={(next) => {
        void navigate({ to: next === "catalog" ? "/updates/catalog" : "/updates" });
      }}
    >
      <Tabs.List>
        <Tabs.Tab value="devices">{t("tab.devices")}</Tabs.Tab>
        <Tabs.Tab value="catalog">{t("tab.catalog")}</Tabs.Tab>
      </Tabs.List>
    </Tabs>
  );
}
