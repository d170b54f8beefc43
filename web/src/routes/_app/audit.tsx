import { createFileRoute } from "@tanstack/react-router";
import { AuditPage } from "@/features/audit/AuditPage.tsx";
import { validateAudit } from "@/features/audit/search.ts";

export const Route = createFileRoute("/_app/audit")({ validateSearch: validateAudit, component: AuditPage });
