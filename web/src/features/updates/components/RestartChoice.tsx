import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";

const POLICIES = ["never", "if_required"] as const;
export type RestartPolicy = (typeof POLICIES)[number];

/** What to do when the updates ask for a restart. */
export function RestartChoice({ value, onChange }: { value: RestartPolicy; onChange: (value: RestartPolicy) => void }) {
  const { t } = useTranslation("updates");
  return (
    <Select
      label={t("restart.label")}
      allowDeselect={false}
      data={POLICIES.map((policy) => ({ value: policy, label: t(`restart.${policy}`) }))}
      value={value}
      onChange={(policy) => {
        onChange(policy as RestartPolicy);
      }}
    />
  );
}
