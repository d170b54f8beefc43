import { Popover, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconChevronDown } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDenial } from "@/domain/permissions.ts";
import { useScope } from "@/domain/scope.ts";
import { peopleQuery } from "../api.ts";
import classes from "../audit.module.css";

const TYPING_MS = 200;

/** Chooses the person whose deeds are listed, by name or address; nothing for whoever may not see the team. */
export function PersonFilter({ onChoose }: { onChoose: (userId: string) => void }) {
  const { t } = useTranslation("audit");
  const scope = useScope();
  const denial = useDenial();
  const [opened, setOpened] = useState(false);
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed.trim(), TYPING_MS);
  const { data } = useQuery({
    ...peopleQuery(scope.tenant, search),
    enabled: opened,
    placeholderData: keepPreviousData,
  });
  if (denial("member:read", scope.tenant) !== undefined) return null;
  const people = new Map(data?.items.map((member) => [member.user_id, member]));
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" width={280} trapFocus>
      <Popover.Target>
        <button
          type="button"
          className={classes.chip}
          aria-expanded={opened}
          aria-haspopup="dialog"
          onClick={() => {
            setOpened(!opened);
          }}
        >
          {t("filter.choosePerson")}
          <IconChevronDown size={13} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("filter.choosePerson")}>
        <Select
          label={t("filter.choosePerson")}
          placeholder={t("filter.personSearch")}
          searchable
          data-autofocus
          defaultDropdownOpened
          comboboxProps={{ withinPortal: false }}
          nothingFoundMessage={data === undefined ? undefined : t("filter.nobody")}
          searchValue={typed}
          onSearchChange={setTyped}
          filter={({ options }) => options}
          data={[...people].map(([value, member]) => ({ value, label: `${member.name} · ${member.email}` }))}
          value={null}
          onChange={(userId) => {
            if (userId === null) return;
            setOpened(false);
            onChoose(userId);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
