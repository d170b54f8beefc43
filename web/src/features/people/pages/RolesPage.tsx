import { Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconCheck, IconMinus } from "@tabler/icons-react";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import type { Permission, RoleTable } from "@/api/types.ts";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { ErrorPage, PendingPage } from "@/ui/RoutePages.tsx";
import { rolesQuery } from "../api.ts";
import { PeopleTabs } from "../components/PeopleTabs.tsx";
import classes from "../people.module.css";
import { usePermissionText } from "@/i18n/permissionText.ts";

const GROUPS = [
  "device",
  "update",
  "system",
  "script",
  "agent",
  "task",
  "approval",
  "safety",
  "token",
  "site",
  "tenant",
  "member",
  "api_key",
  "audit",
] as const;

function Mark({ has }: { has: boolean }) {
  const { t } = useTranslation("people");
  return has ? (
    <span className={classes.yes}>
      <IconCheck size={17} aria-hidden />
      <span className="visually-hidden">{t("may")}</span>
    </span>
  ) : (
    <span className={classes.no}>
      <IconMinus size={15} aria-hidden />
      <span className="visually-hidden">{t("mayNot")}</span>
    </span>
  );
}

function Grid({ table }: { table: RoleTable }) {
  const { t } = useTranslation(["people", "common"]);
  const text = usePermissionText();
  const has = new Map(table.roles.map(({ role, permissions }) => [role, new Set<Permission>(permissions)]));
  const atSites = new Set(table.site_permissions);
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={t("people:tab.roles")}>
      <Table className={classes.roles} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("people:permissionHeading")}</Table.Th>
            {table.roles.map(({ role }) => (
              <Table.Th key={role} scope="col">
                {t(`common:role.${role}`)}
              </Table.Th>
            ))}
            <Table.Th scope="col">{t("people:limitedHeading")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {GROUPS.map((group) => (
            <Fragment key={group}>
              <Table.Tr className={classes.group}>
                <Table.Th scope="rowgroup" colSpan={table.roles.length + 2}>
                  {t(`people:group.${group}`)}
                </Table.Th>
              </Table.Tr>
              {table.permissions
                .filter((permission) => permission.startsWith(`${group}:`))
                .map((permission) => (
                  <Table.Tr key={permission}>
                    <Table.Th scope="row">{text(permission)}</Table.Th>
                    {table.roles.map(({ role }) => (
                      <Table.Td key={role}>
                        <Mark has={has.get(role)?.has(permission) === true} />
                      </Table.Td>
                    ))}
                    <Table.Td>
                      <Mark has={atSites.has(permission)} />
                    </Table.Td>
                  </Table.Tr>
                ))}
            </Fragment>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** What each role may do, straight from the table that the server decides by. */
export function RolesPage() {
  const { t } = useTranslation("people");
  const table = useQuery(rolesQuery);
  return (
    <>
      <PageHeader title={t("title")} />
      <PeopleTabs current="roles" />
      <p className="dim">{t("rolesText")}</p>
      {table.data ? (
        <Grid table={table.data} />
      ) : table.error ? (
        <ErrorPage error={table.error} reset={() => void table.refetch()} />
      ) : (
        <PendingPage />
      )}
    </>
  );
}
