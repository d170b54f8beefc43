import { IconAlertTriangle, IconHourglass } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Task } from "@/api/types.ts";
import { useCan } from "@/domain/permissions.ts";
import { isUnfinished } from "@/domain/tasks/taskState.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import classes from "../tasks.module.css";
import { useWhyWaiting } from "../whyWaiting.ts";

/** Why a task waits, why it failed, and that it is being cancelled: whatever of it holds. */
export function TaskNotes({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  const errors = useErrorText();
  const why = useWhyWaiting(task);
  const can = useCan();
  return (
    <>
      {why === null ? null : (
        <div className={classes.why} role="status">
          <IconHourglass size={16} aria-hidden />
          <span>{why}</span>
          {task.wait_reason?.kind === "approval" &&
          task.approval_id !== null &&
          can("approval:read", task.tenant_id) ? (
            <Link to="/approvals" search={{ approval: task.approval_id }}>
              {t("openApproval")}
            </Link>
          ) : null}
        </div>
      )}
      {task.error_code === null || (task.state === "cancelled" && task.error_code !== "task.rejected") ? null : (
        <div className={classes.failed}>
          <IconAlertTriangle size={16} aria-hidden />
          <div>
            {errors.byCode(task.error_code, task.error_params)}
            {task.error_detail === null ? null : <div className="mono">{task.error_detail}</div>}
          </div>
        </div>
      )}
      {task.cancel_requested_at !== null && isUnfinished(task.state) ? (
        <div className={classes.why} role="status">
          <IconHourglass size={16} aria-hidden />
          {t("cancelRequested")}
        </div>
      ) : null}
    </>
  );
}
