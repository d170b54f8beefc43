import { Select, SegmentedControl, Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { OptionsProps } from "./kind.ts";
import classes from "./kinds.module.css";
import { shellsFor } from "./shells.ts";
import { oneOf, text } from "./untrusted.ts";

/** As the protocol bounds it. */
const MOST_CHARACTERS = 128 * 1024;

/** A script of one's own: in which shell, as whom, and its text. */
export default function ScriptOptions({ params, onChange, on }: OptionsProps) {
  const { t } = useTranslation("kinds");
  const shells = shellsFor(on);
  return (
    <>
      <Select
        label={t("script.run.shell")}
        {...(on.families.length > 1 ? { description: t("script.run.bothSystems") } : {})}
        allowDeselect={false}
        data={shells.map((shell) => ({ value: shell, label: t(`script.run.shells.${shell}`) }))}
        value={oneOf(shells, params["shell"]) ?? shells[0] ?? null}
        onChange={(shell) => {
          onChange({ ...params, shell });
        }}
      />
      <div role="group" aria-label={t("script.run.runAs")}>
        <div className={classes.label}>{t("script.run.runAs")}</div>
        <SegmentedControl
          aria-label={t("script.run.runAs")}
          data={[
            { value: "system", label: t("script.run.asSystem") },
            { value: "user", label: t("script.run.asUser") },
          ]}
          value={text(params["run_as"]) ?? "system"}
          onChange={(runAs) => {
            onChange({ ...params, run_as: runAs });
          }}
        />
      </div>
      <Textarea
        label={t("script.run.source")}
        description={t("script.run.sourceHint")}
        classNames={{ input: classes.code ?? "" }}
        rows={12}
        resize="vertical"
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        required
        maxLength={MOST_CHARACTERS}
        data-autofocus
        value={text(params["source"]) ?? ""}
        onChange={(event) => {
          onChange({ ...params, source: event.currentTarget.value });
        }}
      />
    </>
  );
}
