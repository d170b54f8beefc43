import { Button, Loader } from "@mantine/core";
import { IconAlertTriangle, IconCompass } from "@tabler/icons-react";
import { Link, useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { StateMessage } from "./StateMessage.tsx";

export function PendingPage() {
  const { t } = useTranslation("common");
  return <StateMessage icon={<Loader size="sm" />} title={t("loading")} />;
}

export function NotFoundPage() {
  const { t } = useTranslation("common");
  return (
    <StateMessage
      page
      icon={<IconCompass size={36} stroke={1.4} />}
      title={t("notFound.title")}
      text={t("notFound.text")}
    >
      <Button component={Link} to="/">
        {t("notFound.home")}
      </Button>
    </StateMessage>
  );
}

/** What remains of a page that failed: why, the request's id, and a way on. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation("common");
  const errors = useErrorText();
  const router = useRouter();
  if (error instanceof ApiError && (error.status === 404 || error.status === 422)) return <NotFoundPage />;
  const id = errors.requestId(error);
  return (
    <StateMessage
      page
      role="alert"
      icon={<IconAlertTriangle size={36} stroke={1.4} />}
      title={t("failed.title")}
      text={errors.of(error)}
      note={id === null ? undefined : t("failed.requestId", { id })}
    >
      <Button
        variant="default"
        onClick={() => {
          reset();
          void router.invalidate();
        }}
      >
        {t("failed.retry")}
      </Button>
    </StateMessage>
  );
}
