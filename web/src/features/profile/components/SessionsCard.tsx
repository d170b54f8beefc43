import { Button, Checkbox, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconDeviceDesktop, IconLogout } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SignedInSession } from "@/api/types.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { Card } from "@/ui/Facts.tsx";
import { IconAction } from "@/ui/IconAction.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { toastDone, toastFailed } from "@/ui/toast.tsx";
import classes from "../account.module.css";
import { mySessionsQuery, useEndOtherSessions, useEndSession } from "../api.ts";

function Row({ session }: { session: SignedInSession }) {
  const { t } = useTranslation("profile");
  const errors = useErrorText();
  const end = useEndSession();
  const browser = session.browser ?? t("sessions.unknownBrowser");
  const name = session.os === null ? browser : t("sessions.on", { browser, os: session.os });
  return (
    <li className={classes.session}>
      <IconDeviceDesktop size={20} stroke={1.5} aria-hidden />
      <div className={classes.sessionText}>
        <strong>{name}</strong>
        {session.current ? <span className={classes.here}>{t("sessions.here")}</span> : null}
        <span className="second-line">
          {t(`sessions.place.${session.place}`)}
          {session.source_ip === null ? null : ` · ${session.source_ip}`}
          {" · "}
          {t("sessions.seen")} <RelTime at={session.last_seen_at} />
        </span>
      </div>
      {session.current ? null : (
        <IconAction
          label={t("sessions.end", { name })}
          icon={<IconLogout size={17} />}
          onClick={() => {
            end.mutate(session.id, {
              onSuccess: () => {
                toastDone(t("sessions.ended", { count: 1 }));
              },
              onError: (error) => {
                toastFailed(errors.of(error));
              },
            });
          }}
        />
      )}
    </li>
  );
}

/** Where one is signed in, and signing out elsewhere. */
export function SessionsCard() {
  const { t } = useTranslation("profile");
  const errors = useErrorText();
  const sessions = useQuery(mySessionsQuery);
  const endOthers = useEndOtherSessions();
  const others = sessions.data?.items.some((session) => !session.current) === true;
  const [asking, ask] = useState(false);
  const [keys, setKeys] = useState(false);
  const all = (
    <Button
      variant="default"
      size="xs"
      onClick={() => {
        setKeys(false);
        ask(true);
      }}
    >
      {t("sessions.endOthers")}
    </Button>
  );
  return (
    <Card title={t("sessions.title")} aside={all}>
      {sessions.data ? (
        <ul className={classes.sessions}>
          {sessions.data.items.map((session) => (
            <Row key={session.id} session={session} />
          ))}
        </ul>
      ) : sessions.error ? (
        <p>{errors.of(sessions.error)}</p>
      ) : (
        <Skeleton height={48} />
      )}
      <ConfirmDialog
        opened={asking}
        danger
        busy={endOthers.isPending}
        ready={others || keys}
        title={t("sessions.endOthersTitle")}
        confirmLabel={t("sessions.endOthers")}
        onClose={() => {
          ask(false);
        }}
        onConfirm={() => {
          endOthers.mutate(keys, {
            onSuccess: ({ ended, api_keys: ends }) => {
              toastDone(
                [
                  t("sessions.ended", { count: ended }),
                  ...(keys ? [t("sessions.keysEnded", { count: ends })] : []),
                ].join(" "),
              );
            },
            onError: (error) => {
              toastFailed(errors.of(error));
            },
            onSettled: () => {
              ask(false);
            },
          });
        }}
      >
        <p>{t("sessions.endOthersText")}</p>
        <Checkbox
          label={t("keysToo")}
          checked={keys}
          onChange={(event) => {
            setKeys(event.currentTarget.checked);
          }}
        />
      </ConfirmDialog>
    </Card>
  );
}
