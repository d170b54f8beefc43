import { createFileRoute } from "@tanstack/react-router";
import { NotFoundPage } from "@/ui/RoutePages.tsx";

/** Addresses that lead nowhere keep the menu around them. */
export const Route = createFileRoute("/_app/$")({ component: NotFoundPage });
