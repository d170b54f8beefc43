import { Button, Menu, Tooltip } from "@mantine/core";
import { IconBraces, IconDownload, IconTable } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { QueryOf } from "@/api/defineList.ts";
import { useDenial } from "@/domain/permissions.ts";
import { useFormat } from "@/ui/format.ts";
import { exportUrl } from "../api.ts";

const FORMATS = [
  { key: "csv", icon: IconTable },
  { key: "jsonl", icon: IconBraces },
] as const;

/** The list as a file, with the filters that are set. */
export function ExportMenu({ filter, tenant }: { filter: QueryOf<"/api/v1/audit">; tenant: string | undefined }) {
  const { t } = useTranslation("audit");
  const { language } = useFormat();
  const denied = useDenial()("audit:export", tenant);
  const button = (
    <Button variant="default" leftSection={<IconDownload size={16} />} disabled={denied !== undefined}>
      {t("export.open")}
    </Button>
  );
  if (denied !== undefined)
    return (
      <Tooltip label={denied}>
        <span>{button}</span>
      </Tooltip>
    );
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("export.note")}</Menu.Label>
        {FORMATS.map(({ key, icon: Shape }) => (
          <Menu.Item
            key={key}
            component="a"
            href={exportUrl(key, filter, language)}
            download
            leftSection={<Shape size={16} />}
          >
            {t(`export.${key}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
