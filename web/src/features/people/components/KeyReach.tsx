import { MultiSelect, Select } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sitesQuery } from "@/domain/sites.ts";
import { deviceChoices, type Sites } from "../api.ts";

/** Where a key works: everywhere, at some sites, or for some devices. */
export type Reach = { kind: "all" } | { kind: "sites" | "devices"; ids: string[] };

export const EVERYWHERE: Reach = { kind: "all" };
const KINDS = ["all", "sites", "devices"] as const;

/** As the server wants it said. */
export function sitesAndDevices(reach: Reach): { sites: Sites; devices: "all" | string[] } {
  return { sites: reach.kind === "sites" ? reach.ids : "all", devices: reach.kind === "devices" ? reach.ids : "all" };
}

function DevicesField({
  tenantId,
  ids,
  error,
  onChange,
}: {
  tenantId: string;
  ids: string[];
  error: string | undefined;
  onChange: (ids: string[]) => void;
}) {
  const { t } = useTranslation("people");
  const [search, setSearch] = useState("");
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  const found = useQuery({ ...deviceChoices(tenantId, search.trim()), placeholderData: keepPreviousData });
  const offered = new Map((found.data?.items ?? []).map((device) => [device.id, device.hostname]));
  // What has been chosen stays, whatever is searched for next.
  const all = new Map([...names, ...offered]);
  const choose = (chosen: string[]): void => {
    setNames(new Map(chosen.map((id) => [id, all.get(id) ?? id])));
    onChange(chosen);
  };
  return (
    <MultiSelect
      label={t("key.devices")}
      searchable
      required
      error={error}
      searchValue={search}
      onSearchChange={setSearch}
      data={[...all].map(([value, label]) => ({ value, label }))}
      value={ids}
      onChange={choose}
    />
  );
}

interface KeyReachProps {
  tenantId: string;
  value: Reach;
  error: string | undefined;
  onChange: (value: Reach) => void;
}

export function KeyReach({ tenantId, value, error, onChange }: KeyReachProps) {
  const { t } = useTranslation("people");
  const sites = useQuery({ ...sitesQuery(tenantId), enabled: tenantId !== "" });
  const { kind } = value;
  return (
    <>
      <Select
        label={t("key.reach")}
        description={kind === "devices" ? t("key.devicesHint") : undefined}
        allowDeselect={false}
        disabled={tenantId === ""}
        data={KINDS.map((one) => ({ value: one, label: t(`key.reachOf.${one}`) }))}
        value={kind}
        onChange={(next) => {
          onChange(next === "sites" || next === "devices" ? { kind: next, ids: [] } : EVERYWHERE);
        }}
      />
      {value.kind === "sites" ? (
        <MultiSelect
          label={t("sites")}
          searchable
          required
          error={error}
          data={(sites.data?.items ?? []).map((site) => ({ value: site.id, label: site.name }))}
          value={value.ids}
          onChange={(ids) => {
            onChange({ kind: "sites", ids });
          }}
        />
      ) : null}
      {value.kind === "devices" ? (
        <DevicesField
          tenantId={tenantId}
          ids={value.ids}
          error={error}
          onChange={(ids) => {
            onChange({ kind: "devices", ids });
          }}
        />
      ) : null}
    </>
  );
}
