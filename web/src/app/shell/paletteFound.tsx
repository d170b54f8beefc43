import { useDebouncedValue, useLocalStorage } from "@mantine/hooks";
import type { SpotlightActionData, SpotlightActionGroupData } from "@mantine/spotlight";
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { IconBuilding, IconDownload, IconHistory, IconMapPin, IconServer } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client.ts";
import type { Page } from "@/api/page.ts";
import type { ListedDevice, Site, TenantSummary } from "@/api/types.ts";
import { useMe } from "@/domain/me.ts";
import { useCan } from "@/domain/permissions.ts";

const ICON = { size: 18, stroke: 1.6 } as const;
const SHOWN = 6;
const SHOWN_OF_OTHERS = 3;
const MOST_RECENT = 5;
const SHORTEST = 2;
const KB = /^kb\s?(\d{4,8})$/i;

interface Recent {
  id: string;
  hostname: string;
}

const devicesQuery = (q: string) =>
  queryOptions({
    queryKey: ["devices", "palette", q],
    queryFn: ({ signal }) =>
      unwrap<Page<ListedDevice>>(api.GET("/api/v1/devices", { params: { query: { q, limit: SHOWN } }, signal })),
    enabled: q.length >= SHORTEST,
    placeholderData: keepPreviousData,
  });

const tenantsQuery = (q: string, allowed: boolean) =>
  queryOptions({
    queryKey: ["tenants", "palette", q],
    queryFn: ({ signal }) =>
      unwrap<Page<TenantSummary>>(
        api.GET("/api/v1/tenants", { params: { query: { q, limit: SHOWN_OF_OTHERS } }, signal }),
      ),
    enabled: allowed && q.length >= SHORTEST,
    placeholderData: keepPreviousData,
  });

const sitesQuery = (q: string, allowed: boolean) =>
  queryOptions({
    queryKey: ["sites", "palette", q],
    queryFn: ({ signal }) =>
      unwrap<Page<Site>>(api.GET("/api/v1/sites", { params: { query: { q, limit: SHOWN_OF_OTHERS } }, signal })),
    enabled: allowed && q.length >= SHORTEST,
    placeholderData: keepPreviousData,
  });

/** What the server finds, and what was opened last. `devices` are those whose actions can be turned to. */
export function useFound(typed: string): { groups: SpotlightActionGroupData[]; devices: ListedDevice[] } {
  const { t } = useTranslation(["shell", "common"]);
  const navigate = useNavigate();
  const me = useMe();
  const can = useCan();
  const [query] = useDebouncedValue(typed.trim(), 200);
  const isLong = query.length >= SHORTEST;
  const devices = useQuery(devicesQuery(query));
  const tenants = useQuery(tenantsQuery(query, can("tenant:read")));
  const sites = useQuery(sitesQuery(query, can("site:read")));
  const [recent, keep] = useLocalStorage<Recent[]>({ key: `bosman.recent.${me.id}`, defaultValue: [] });

  const open = ({ id, hostname }: Recent): void => {
    keep([{ id, hostname }, ...recent.filter((one) => one.id !== id)].slice(0, MOST_RECENT));
    void navigate({ to: "/devices/$deviceId", params: { deviceId: id } });
  };
  // The server matches more than the name; whatever it found must pass the palette's own filter too.
  const keywords = [query];
  const found = isLong ? (devices.data?.items ?? []) : [];
  const deviceItems = found.map((device): SpotlightActionData & { "data-palette-device": string } => {
    const { match } = device;
    const place = t("common:place", { tenant: device.tenant_name, site: device.site_name });
    const why =
      match === null || match.field === "hostname"
        ? ""
        : ` · ${t("common:match", { field: t(`common:matched.${match.field}`), text: match.text })}`;
    return {
      id: `device-${device.id}`,
      "data-palette-device": device.id,
      label: device.hostname,
      description: `${place}${why}`,
      keywords,
      leftSection: <IconServer {...ICON} />,
      onClick: () => {
        open(device);
      },
    };
  });
  const number = KB.exec(query)?.[1];
  const updates: SpotlightActionData[] =
    number === undefined
      ? []
      : [
          {
            id: "kb",
            label: t("shell:palette.missKb", { kb: `KB${number}` }),
            keywords,
            leftSection: <IconDownload {...ICON} />,
            onClick: () => void navigate({ to: "/updates", search: { kb: `KB${number}` } as never }),
          },
        ];
  const groups: SpotlightActionGroupData[] = [
    {
      group: t("shell:palette.recent"),
      actions: isLong
        ? []
        : recent.map((device) => ({
            id: `recent-${device.id}`,
            label: device.hostname,
            leftSection: <IconHistory {...ICON} />,
            onClick: () => {
              open(device);
            },
          })),
    },
    { group: t("shell:palette.devices"), actions: [...deviceItems, ...updates] },
    {
      group: t("shell:palette.tenants"),
      actions: (isLong ? (tenants.data?.items ?? []) : []).map((tenant) => ({
        id: `tenant-${tenant.id}`,
        label: tenant.name,
        keywords,
        leftSection: <IconBuilding {...ICON} />,
        onClick: () => void navigate({ to: "/tenants/$tenantId", params: { tenantId: tenant.id } }),
      })),
    },
    {
      group: t("shell:palette.sites"),
      actions: (isLong ? (sites.data?.items ?? []) : []).map((site) => ({
        id: `site-${site.id}`,
        label: site.name,
        description: site.tenant_name,
        keywords,
        leftSection: <IconMapPin {...ICON} />,
        onClick: () => void navigate({ to: "/devices", search: { tenant: site.tenant_id, site: site.id } as never }),
      })),
    },
  ];
  return { groups, devices: found };
}
