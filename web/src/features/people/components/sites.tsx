import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { sitesQuery } from "@/domain/sites.ts";

/** Names of the sites that a membership is limited to. */
export function SitesCell({ siteIds }: { siteIds: string[] | null }) {
  const { t } = useTranslation("people");
  const sites = useQuery({ ...sitesQuery(), enabled: siteIds !== null });
  if (siteIds === null) return <span className="dim">{t("allSites")}</span>;
  if (siteIds.length === 0) return <span className="dim">{t("noSites")}</span>;
  const names = new Map((sites.data?.items ?? []).map((site) => [site.id, site.name]));
  return <>{siteIds.map((id) => names.get(id) ?? t("unknownSite")).join(", ")}</>;
}
