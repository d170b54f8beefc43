import { Alert, Button, NumberInput, Progress, Select } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { SafetySettings } from "@/api/types.ts";
import { adopt } from "@/domain/editing/adopt.ts";
import { StaleAlert } from "@/domain/editing/StaleAlert.tsx";
import { useEdited } from "@/domain/editing/useEdited.ts";
import { useDenial } from "@/domain/permissions.ts";
import { safetyQuery } from "@/domain/safety.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { Card } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";
import { toastDone } from "@/ui/toast.tsx";
import { useSaveSafety } from "../api.ts";
import classes from "../safety.module.css";

const ON_OVERFLOW = ["delay", "approval"] as const;
const MOST_PER_HOUR = 100_000;
const MOST_DEVICES = 5000;

function Use({ budget }: { budget: SafetySettings["budgets"][number] }) {
  const { t } = useTranslation("safety");
  const format = useFormat();
  const share =
    budget.per_hour === 0 ? (budget.used > 0 ? 100 : 0) : Math.min(100, (100 * budget.used) / budget.per_hour);
  const text = t("used", { used: format.number(budget.used), max: format.number(budget.per_hour) });
  return (
    <div className={classes.use}>
      <span>
        {text}
        {budget.pending > 0 ? ` · ${t("pending", { count: budget.pending })}` : ""}
      </span>
      <Progress
        value={share}
        color={share >= 100 ? "red" : share >= 80 ? "orange" : "blue"}
        size={6}
        aria-label={text}
      />
    </div>
  );
}

function valuesOf(settings: SafetySettings) {
  return {
    confirm_above: settings.confirm_above,
    budgets: settings.budgets.map(({ action_class, per_hour, on_overflow }) => ({
      action_class,
      per_hour,
      on_overflow,
    })),
  };
}

/** How much may be done within an hour, what happens beyond, and from how many devices on a number is typed. */
export function BudgetsCard({ settings }: { settings: SafetySettings }) {
  const { t } = useTranslation(["safety", "common"]);
  const denial = useDenial();
  const errors = useErrorText();
  const save = useSaveSafety(settings.tenant_id);
  const off = denial("safety:update", settings.tenant_id);
  const form = useForm({
    initialValues: valuesOf(settings),
  });
  const client = useQueryClient();
  const edited = useEdited(
    settings,
    ({ tenant_id }) => client.fetchQuery({ ...safetyQuery(tenant_id), staleTime: 0 }),
    (before, now) => {
      form.setValues((mine) => adopt({ ...valuesOf(now), ...mine }, valuesOf(before), valuesOf(now)));
    },
  );
  const submit = form.onSubmit((values) => {
    const request = { seen: edited.seen, body: values };
    save.mutate(request, {
      onError: edited.catches,
      onSuccess: (saved) => {
        edited.saved(saved);
        form.resetDirty();
        form.setInitialValues({ confirm_above: saved.confirm_above, budgets: values.budgets });
        toastDone(t("safety:saved"));
      },
    });
  });
  return (
    <Card title={t("safety:budgets.title")}>
      <p className={classes.lead}>{t("safety:budgets.text")}</p>
      <form noValidate onSubmit={submit}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t("safety:budgets.kind")}</th>
              <th scope="col">{t("safety:budgets.perHour")}</th>
              <th scope="col">{t("safety:budgets.on_overflow")}</th>
              <th scope="col">{t("safety:budgets.use")}</th>
            </tr>
          </thead>
          <tbody>
            {settings.budgets.map((budget, index) => {
              const name = t(`safety:class.${budget.action_class}`);
              return (
                <tr key={budget.action_class}>
                  <th scope="row">{name}</th>
                  <td>
                    <NumberInput
                      aria-label={`${name}: ${t("safety:budgets.perHour")}`}
                      min={0}
                      max={MOST_PER_HOUR}
                      allowDecimal={false}
                      clampBehavior="strict"
                      w={110}
                      disabled={off !== undefined}
                      {...form.getInputProps(`budgets.${String(index)}.per_hour`)}
                    />
                  </td>
                  <td>
                    <Select
                      aria-label={`${name}: ${t("safety:budgets.on_overflow")}`}
                      allowDeselect={false}
                      w={260}
                      disabled={off !== undefined}
                      data={ON_OVERFLOW.map((value) => ({ value, label: t(`safety:on_overflow.${value}`) }))}
                      {...form.getInputProps(`budgets.${String(index)}.on_overflow`)}
                    />
                  </td>
                  <td>
                    <Use budget={budget} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
        <NumberInput
          className={classes.confirm}
          classNames={{ wrapper: classes.confirmField }}
          label={t("safety:confirmAbove.label")}
          description={t("safety:confirmAbove.text")}
          min={1}
          max={MOST_DEVICES}
          allowDecimal={false}
          clampBehavior="strict"
          disabled={off !== undefined}
          {...form.getInputProps("confirm_above")}
        />
        <StaleAlert edited={edited} mt={12} />
        {save.isError && edited.state === "current" ? (
          <Alert color="red" role="alert" mt={12}>
            {errors.of(save.error)}
          </Alert>
        ) : null}
        <div className={classes.foot}>
          {off === undefined ? null : <span className="dim">{off}</span>}
          <Button type="submit" loading={save.isPending} disabled={off !== undefined || !form.isDirty()}>
            {t("common:save")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
