import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { DeviceWindows } from "@/api/types.ts";
import { Card, Fact, Facts } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";
import { deviceWindowsQuery } from "../api.ts";

type ClassState = DeviceWindows["states"][number];

function useStateText(): (state: ClassState) => string {
  const { t } = useTranslation("devices");
  const format = useFormat();
  return ({ state, until, window }) => {
    if (state === "unbound") return t("windows.unbound");
    const values = { name: window ?? "", at: until === null ? "" : format.dateTime(until) };
    if (state === "open") return until === null ? t("windows.openEver", values) : t("windows.open", values);
    if (until === null) return t("windows.never");
    return state === "blackout" ? t("windows.blackout", values) : t("windows.closed", values);
  };
}

/** When work of each class may begin here, if maintenance windows say anything about it. */
export function WindowsCard({ deviceId }: { deviceId: string }) {
  const { t } = useTranslation("devices");
  const say = useStateText();
  const { data } = useQuery(deviceWindowsQuery(deviceId));
  if (data === undefined || data.states.every(({ state }) => state === "unbound")) return null;
  return (
    <Card title={t("card.windows")}>
      <Facts>
        {data.states.map((one) => (
          <Fact key={one.window_class} name={t(`windows.class.${one.window_class}`)}>
            {say(one)}
          </Fact>
        ))}
      </Facts>
    </Card>
  );
}
