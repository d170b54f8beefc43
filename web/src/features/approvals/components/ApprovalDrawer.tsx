import { Button, Drawer, Skeleton, Textarea, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconCheck, IconX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApprovalDetail } from "@/api/types.ts";
import { TaskParams } from "@/domain/kinds/TaskParams.tsx";
import { useMe } from "@/domain/me.ts";
import { useDenial } from "@/domain/permissions.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { HostList } from "@/ui/ConfirmDialog.tsx";
import { ErrorState } from "@/ui/DataGrid/index.ts";
import { Fact, Facts } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";
import { RelTime } from "@/ui/RelTime.tsx";
import { toastDone, toastFailed } from "@/ui/toast.tsx";
import { approvalQuery, useDecide, type Decision } from "../api.ts";
import classes from "../approvals.module.css";
import { ApprovalStatus } from "./columns.tsx";

function Decide({ approval, onDone }: { approval: ApprovalDetail; onDone: () => void }) {
  const { t } = useTranslation("approvals");
  const me = useMe();
  const denial = useDenial();
  const errors = useErrorText();
  const decide = useDecide(approval.id);
  const [comment, setComment] = useState("");
  const off = approval.requested_by === me.id ? t("ownRequest") : denial("approval:decide", approval.tenant_id);
  const say = (decision: Decision): void => {
    decide.mutate(
      { decision, comment: comment.trim() },
      {
        onSuccess: () => {
          toastDone(t(`done.${decision}`));
          onDone();
        },
        onError: (error) => {
          toastFailed(errors.of(error));
        },
      },
    );
  };
  const pending = decide.isPending ? decide.variables.decision : null;
  return (
    <div className={classes.decide}>
      <Textarea
        label={t("comment")}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={500}
        disabled={off !== undefined}
        value={comment}
        onChange={(event) => {
          setComment(event.currentTarget.value);
        }}
      />
      {off === undefined ? null : (
        <p className="dim" role="note">
          {off}
        </p>
      )}
      <div className={classes.buttons}>
        <Tooltip label={off ?? ""} disabled={off === undefined}>
          <Button
            variant="default"
            leftSection={<IconX size={16} />}
            disabled={off !== undefined || pending === "approve"}
            loading={pending === "reject"}
            onClick={() => {
              say("reject");
            }}
          >
            {t("reject")}
          </Button>
        </Tooltip>
        <Tooltip label={off ?? ""} disabled={off === undefined}>
          <Button
            leftSection={<IconCheck size={16} />}
            disabled={off !== undefined || pending === "reject"}
            loading={pending === "approve"}
            onClick={() => {
              say("approve");
            }}
          >
            {t("approve")}
          </Button>
        </Tooltip>
      </div>
    </div>
  );
}

function Content({ approvalId, onDone }: { approvalId: string; onDone: () => void }) {
  const { t } = useTranslation(["approvals", "common", "kinds"]);
  const format = useFormat();
  const { data: approval, isPending, error, refetch } = useQuery(approvalQuery(approvalId));
  if (isPending) return <Skeleton height={260} aria-label={t("common:loading")} />;
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <div className={classes.content}>
      <div className={classes.head}>
        <span className={classes.what}>
          <strong>{t(`kinds:${approval.kind}.name`)}</strong> <ApprovalStatus state={approval.state} />
        </span>
        <Link to="/jobs/$jobId" params={{ jobId: approval.job_id }}>
          {t("approvals:openJob")}
        </Link>
      </div>
      <p className={classes.why}>
        {t("approvals:why", {
          used: format.number(approval.used),
          asked: format.number(approval.device_count),
          max: format.number(approval.per_hour),
        })}
      </p>
      <Facts>
        <Fact name={t("approvals:column.tenant")}>{approval.tenant_name}</Fact>
        <Fact name={t("approvals:column.by")}>
          {approval.requested_by_name}, <RelTime at={approval.requested_at} />
        </Fact>
        <TaskParams kind={approval.kind} params={approval.params} />
        {approval.not_before === null ? null : (
          <Fact name={t("approvals:notBefore")}>{format.dateTime(approval.not_before)}</Fact>
        )}
        <Fact name={t("approvals:column.expires")}>{format.dateTime(approval.expires_at)}</Fact>
        <Fact name={t("approvals:usedNow")}>
          {t("approvals:usedOf", { used: format.number(approval.used_now), max: format.number(approval.per_hour_now) })}
        </Fact>
        {approval.decided_by_name === null ? null : (
          <Fact name={t("approvals:column.decided")}>
            {approval.decided_by_name}, <RelTime at={approval.decided_at} />
          </Fact>
        )}
        {approval.comment === null ? null : <Fact name={t("approvals:comment")}>{approval.comment}</Fact>}
      </Facts>
      <h3 className={classes.hostsTitle}>{t("common:devices", { count: approval.device_count })}</h3>
      <HostList hosts={approval.hostnames} count={approval.device_count} />
      {approval.state === "pending" ? <Decide key={approval.id} approval={approval} onDone={onDone} /> : null}
    </div>
  );
}

/** Everything that has to be known to decide, and the decision. */
export function ApprovalDrawer({ approvalId, onClose }: { approvalId: string | null; onClose: () => void }) {
  const { t } = useTranslation(["approvals", "common"]);
  return (
    <Drawer
      opened={approvalId !== null}
      onClose={onClose}
      position="right"
      size={520}
      title={t("approvals:one")}
      closeButtonProps={{ "aria-label": t("common:close") }}
    >
      {approvalId === null ? null : <Content approvalId={approvalId} onDone={onClose} />}
    </Drawer>
  );
}
