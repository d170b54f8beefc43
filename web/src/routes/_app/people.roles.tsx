import { createFileRoute } from "@tanstack/react-router";
import { RolesPage } from "@/features/people/pages/RolesPage.tsx";

export const Route = createFileRoute("/_app/people/roles")({ component: RolesPage });
