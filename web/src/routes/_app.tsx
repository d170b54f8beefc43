import { createFileRoute, redirect, retainSearchParams } from "@tanstack/react-router";
import { isSignedOut } from "@/app/queryClient.ts";
import { Shell } from "@/app/shell/Shell.tsx";
import { meQuery } from "@/domain/me.ts";
import { validateScope } from "@/domain/scope.ts";

export const Route = createFileRoute("/_app")({
  validateSearch: validateScope,
  search: { middlewares: [retainSearchParams(["tenant", "site"])] },
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(meQuery);
    } catch (error) {
      if (isSignedOut(error)) throw redirect({ to: "/sign-in", search: { next: location.href } });
      throw error;
    }
  },
  component: Shell,
});
