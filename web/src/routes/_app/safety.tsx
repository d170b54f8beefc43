import { createFileRoute } from "@tanstack/react-router";
import { SafetyPage } from "@/features/safety/pages/SafetyPage.tsx";

export const Route = createFileRoute("/_app/safety")({ component: SafetyPage });
