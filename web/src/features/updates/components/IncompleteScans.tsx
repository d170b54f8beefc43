import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconCircleDashed } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useScope } from "@/domain/scope.ts";
import { updatesList } from "../api.ts";

const ONLY = { completeness: "incomplete" } as const;

/** How many devices of the scope have scans that saw only a part; a click shows them. Nothing where there are none. */
export function IncompleteScans({ onShow }: { onShow: () => void }) {
  const { t } = useTranslation("updates");
  const scope = useScope();
  const { sort, order } = updatesList.shape;
  const state = { q: "", sort, order, limit: 10, cursor: undefined, from: 1, filters: ONLY };
  const { data } = useQuery(updatesList.query(state, { scope: scope.params }));
  const count = data?.total ?? 0;
  if (count === 0) return null;
  return (
    <Button variant="default" leftSection={<IconCircleDashed size={16} aria-hidden />} onClick={onShow}>
      {t("incompleteScans", { count })}
    </Button>
  );
}
