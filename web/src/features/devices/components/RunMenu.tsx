import { Button, Menu } from "@mantine/core";
import { IconChevronDown, IconPlayerPlay } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types.ts";
import { targetOf, useKindActions, usePlaceActions } from "@/domain/deviceActions/registry.tsx";
import { useActionKeys } from "@/domain/deviceActions/useActionKeys.ts";
import { KINDS } from "@/domain/kinds/index.ts";
import { useDenial } from "@/domain/permissions.ts";
import { ActionItems, RowMenu } from "@/ui/DataGrid/index.ts";
import { useAgentUpdateOffer } from "./agentUpdateOffer.tsx";

const ICON = 16;

/** All that can be asked of one device, in one menu; what is done to the device itself stands apart. */
export function RunMenu({ device, onRemoved }: { device: Device; onRemoved: () => void }) {
  const { t } = useTranslation("devices");
  const denial = useDenial();
  const agent = useAgentUpdateOffer(device);
  const target = targetOf(device, { onRemoved });
  const kinds = useKindActions()(target);
  const places = usePlaceActions()(target);
  const { icon: Shape, start } = KINDS["agent.update"];
  const isRevoked = device.status === "revoked" ? t("noMoreWork") : undefined;
  const actions = [
    ...kinds,
    {
      id: "agent.update",
      label: agent.name,
      icon: <Shape size={ICON} />,
      group: "agent",
      disabledReason: denial(start.permission, device.tenant_id) ?? isRevoked ?? agent.nothing,
      run: agent.start,
    },
  ];
  useActionKeys(actions);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button leftSection={<IconPlayerPlay size={ICON} />} rightSection={<IconChevronDown size={14} />}>
            {t("run")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <ActionItems actions={actions} />
        </Menu.Dropdown>
      </Menu>
      <RowMenu name={device.hostname} actions={() => places} />
      {agent.dialog}
    </>
  );
}
