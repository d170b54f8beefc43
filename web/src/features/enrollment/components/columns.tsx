import { IconBan, IconCircleCheck, IconCircleX, IconClockX, type Icon } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { EnrollmentToken } from "@/api/types.ts";
import type { Columns } from "@/domain/list/ListGrid.tsx";
import { useFormat } from "@/ui/format.ts";
import { RelTime } from "@/ui/RelTime.tsx";
import { Status, type Tone } from "@/ui/Status.tsx";
import type { tokensList } from "../api.ts";

const LOOK: Record<EnrollmentToken["state"], { tone: Tone; icon: Icon }> = {
  active: { tone: "ok", icon: IconCircleCheck },
  used_up: { tone: "none", icon: IconCircleX },
  expired: { tone: "none", icon: IconClockX },
  revoked: { tone: "none", icon: IconBan },
};

export function useTokenColumns(): Columns<typeof tokensList> {
  const { t } = useTranslation(["enrollment", "common"]);
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: "label",
        header: t("enrollment:column.label"),
        cell: (token) => <strong>{token.label}</strong>,
        sort: "label",
        fixed: true,
        width: 180,
      },
      {
        id: "place",
        header: t("enrollment:column.place"),
        cell: (token) => t("common:place", { tenant: token.tenant_name, site: token.site_name }),
        width: 160,
      },
      {
        id: "state",
        header: t("enrollment:column.state"),
        cell: (token) => <Status {...LOOK[token.state]}>{t(`enrollment:state.${token.state}`)}</Status>,
      },
      {
        id: "uses",
        header: t("enrollment:column.uses"),
        cell: (token) =>
          t("enrollment:uses", { used: format.number(token.use_count), max: format.number(token.max_uses) }),
      },
      {
        id: "expires",
        header: t("enrollment:column.expires"),
        cell: (token) => <RelTime at={token.expires_at} />,
        sort: "expires_at",
      },
      {
        id: "created",
        header: t("enrollment:column.created"),
        cell: (token) => <RelTime at={token.created_at} />,
        sort: "created_at",
      },
      { id: "by", header: t("enrollment:column.by"), cell: (token) => token.created_by_name },
    ],
    [t, format],
  );
}
