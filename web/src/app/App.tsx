import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { createRouter, RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { ErrorPage, NotFoundPage, PendingPage } from "@/ui/RoutePages.tsx";
import { routeTree } from "../routeTree.gen.ts";
import { colorSchemeManager } from "./colorScheme.ts";
import { followServer } from "./newVersion.ts";
import { createQueryClient } from "./queryClient.ts";
import { theme } from "./theme.ts";

/** Pages for people who are not signed in. */
const OUTSIDE = new Set(["/sign-in", "/setup", "/invitation", "/forgot-password", "/reset-password"]);

const queryClient = createQueryClient(() => {
  const { pathname, href } = router.state.location;
  if (!OUTSIDE.has(pathname)) void router.navigate({ to: "/sign-in", search: { next: href, expired: true } });
});

const router = createRouter({
  routeTree,
  context: { queryClient },
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  defaultPendingMs: 300,
  defaultPendingComponent: PendingPage,
  defaultErrorComponent: ErrorPage,
  defaultNotFoundComponent: NotFoundPage,
});

followServer(router);

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.content ?? "";
}

export function App() {
  return (
    <StrictMode>
      <MantineProvider
        theme={theme}
        defaultColorScheme="auto"
        colorSchemeManager={colorSchemeManager}
        // The bundle carries the variables (vite.theme.ts): nothing writes a <style> element at run time.
        withCssVariables={false}
        withGlobalClasses={false}
        getStyleNonce={styleNonce}
      >
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>
  );
}
