import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MaintenanceWindow } from "@/api/types.ts";
import { ListGrid } from "@/domain/list/ListGrid.tsx";
import { useList } from "@/domain/list/useList.ts";
import { useCan } from "@/domain/permissions.ts";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { windowsList } from "../api.ts";
import { useWindowColumns } from "../components/columns.tsx";
import { WindowDrawer } from "../components/WindowDrawer.tsx";

type Opened = { window?: MaintenanceWindow } | null;

/** When work may begin, and when it may not. */
export function WindowsPage() {
  const { t } = useTranslation("windows");
  const list = useList(windowsList);
  const can = useCan();
  const [opened, open] = useState<Opened>(null);
  const columns = useWindowColumns((window) => {
    open({ window });
  });
  return (
    <>
      <PageHeader title={t("title")}>
        {can("window:manage") ? (
          <Button
            leftSection={<IconPlus size={16} />}
            onClick={() => {
              open({});
            }}
          >
            {t("new")}
          </Button>
        ) : null}
      </PageHeader>
      <ListGrid
        of={list}
        label={t("title")}
        columns={columns}
        filters={{
          kind: { label: t("field.kind"), word: (value) => t(`kind.${value}`) },
          class: { label: t("field.classes"), word: (value) => t(`class.${value}`) },
        }}
        rowName={(row) => row.name}
        empty={{ title: t("empty.title"), text: t("empty.text") }}
      />
      <WindowDrawer
        opened={opened !== null}
        window={opened?.window}
        onClose={() => {
          open(null);
        }}
      />
    </>
  );
}
