import { Alert, Loader, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { EnrollmentTokenCreated } from "@/api/types.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { buildsQuery, type NewToken, type Platform, useCreateToken, useWantBuild } from "../api.ts";
import { Issued } from "./Issued.tsx";
import { Preparing } from "./Preparing.tsx";
import { TokenForm } from "./TokenForm.tsx";

interface Wish {
  token: NewToken;
  platform: Platform;
}

/** Waits for an installer where this server builds one, then makes the token: its line names the installer. */
function Making({ wish, onCreated }: { wish: Wish; onCreated: (token: EnrollmentTokenCreated) => void }) {
  const errors = useErrorText();
  const builds = useQuery({ ...buildsQuery, staleTime: 0 });
  const want = useWantBuild();
  const create = useCreateToken();
  const [skipped, setSkipped] = useState(false);
  const build = builds.data?.find(({ platform }) => platform === wish.platform);
  const isNeeded = build?.installer === null && build.can_build && !skipped;
  const isReady = build !== undefined && !isNeeded;
  const { mutate: ask, isIdle: isUnasked } = want;
  const { mutate: make, isIdle: isUnmade } = create;
  const { token, platform } = wish;

  useEffect(() => {
    if (isNeeded && isUnasked) ask({ tenant_id: token.tenant_id, platform });
  }, [isNeeded, isUnasked, ask, token, platform]);
  useEffect(() => {
    if (isReady && isUnmade) make(token, { onSuccess: onCreated });
  }, [isReady, isUnmade, make, token, onCreated]);

  const error = builds.error ?? want.error ?? create.error;
  if (error)
    return (
      <Alert color="red" role="alert">
        {errors.of(error)}
      </Alert>
    );
  if (!isNeeded) return <Loader size={18} />;
  return (
    <Preparing
      build={build}
      onRetry={() => {
        ask({ tenant_id: token.tenant_id, platform });
      }}
      onSkip={() => {
        setSkipped(true);
      }}
    />
  );
}

function Content({ onClose, onIssued }: { onClose: () => void; onIssued: () => void }) {
  const [wish, setWish] = useState<Wish | null>(null);
  const [issued, setIssued] = useState<EnrollmentTokenCreated | null>(null);
  if (issued) return <Issued token={issued} first={wish?.platform ?? "windows-amd64"} onClose={onClose} />;
  if (!wish)
    return (
      <TokenForm
        onReady={(token, platform) => {
          setWish({ token, platform });
        }}
        onCancel={onClose}
      />
    );
  return (
    <Making
      wish={wish}
      onCreated={(token) => {
        setIssued(token);
        onIssued();
      }}
    />
  );
}

/** From a customer to the first device in one window. */
export function NewTokenModal({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation(["enrollment", "common"]);
  const [issued, setIssued] = useState(false);
  const close = (): void => {
    setIssued(false);
    onClose();
  };
  // The token shows only once: neither Esc nor a click beside the window may throw it away.
  return (
    <Modal
      opened={opened}
      onClose={close}
      closeOnClickOutside={false}
      closeOnEscape={!issued}
      size="lg"
      title={t("enrollment:new.title")}
      closeButtonProps={{ "aria-label": t("common:close") }}
    >
      {opened ? (
        <Content
          onClose={close}
          onIssued={() => {
            setIssued(true);
          }}
        />
      ) : null}
    </Modal>
  );
}
