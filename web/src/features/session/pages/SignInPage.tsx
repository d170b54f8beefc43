import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { SessionState } from "@/api/types.ts";
import { PendingPage } from "@/ui/RoutePages.tsx";
import { sessionQuery } from "../api.ts";
import { EnrollTotp } from "../components/EnrollTotp.tsx";
import { PasswordStep } from "../components/PasswordStep.tsx";
import { TotpStep } from "../components/TotpStep.tsx";

/** Only addresses of this app may follow a sign-in: anything else could lead somebody astray. */
export function safeNext(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) && !next.startsWith("/sign-in") ? next : "/";
}

/** Goes into the app once the session is complete. */
export function useEnterApp(next: string | undefined): () => void {
  const client = useQueryClient();
  const navigate = useNavigate();
  return () => {
    // Whoever was signed in before in this tab may have been somebody else.
    client.removeQueries({ predicate: (query) => query.queryKey[0] !== sessionQuery.queryKey[0] });
    void navigate({ href: safeNext(next), replace: true });
  };
}

/** Password, then the second factor; a half-finished sign-in goes on where it stopped. */
export function SignInPage({ next, expired }: { next: string | undefined; expired: boolean }) {
  const session = useQuery({ ...sessionQuery, retry: false });
  const [reached, reach] = useState<SessionState | null>(null);
  const enter = useEnterApp(next);
  const state = reached ?? session.data?.state ?? null;
  const signedInAlready = reached === null && session.data?.state === "complete";

  useEffect(() => {
    if (signedInAlready) enter();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- enters once; `enter` is new on each render
  }, [signedInAlready]);

  const advance = (to: SessionState): void => {
    if (to === "complete") enter();
    else reach(to);
  };
  if (session.isPending || signedInAlready) return <PendingPage />;
  if (state === "totp_required") return <TotpStep onDone={advance} />;
  if (state === "totp_enrollment_required") return <EnrollTotp onDone={enter} />;
  return <PasswordStep expired={expired} onDone={advance} />;
}
