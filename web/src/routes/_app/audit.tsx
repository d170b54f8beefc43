import { createFileRoute } from "@tanstack/react-router";
import { AuditPage } from "@/features/audit/pages/AuditPage.tsx";
import { validateAudit } from "@/features/audit/search.ts";

export const Route = createFileRoute("/_app/audit")({ validateSearch: validateAudit, component: AuditPage });
