/** Every English text, by namespace; the types of all keys come from here. */
import approvals from "@/features/approvals/texts.en.ts";
import audit from "@/features/audit/texts.en.ts";
import common from "@/i18n/texts/en/common.ts";
import credentials from "@/domain/credentials/texts.en.ts";
import deviceActions from "@/domain/deviceActions/texts.en.ts";
import devices from "@/features/devices/texts.en.ts";
import enrollment from "@/features/enrollment/texts.en.ts";
import errors from "@/i18n/texts/en/errors.ts";
import freeze from "@/domain/freeze/texts.en.ts";
import grid from "@/i18n/texts/en/grid.ts";
import home from "@/features/home/texts.en.ts";
import kinds from "@/domain/kinds/texts/en/index.ts";
import people from "@/features/people/texts.en.ts";
import profile from "@/features/profile/texts.en.ts";
import safety from "@/features/safety/texts.en.ts";
import session from "@/features/session/texts.en.ts";
import shell from "./texts.en.ts";
import startJob from "@/domain/startJob/texts.en.ts";
import tasks from "@/features/tasks/texts.en.ts";
import tenancy from "@/features/tenancy/texts.en.ts";
import updateList from "@/domain/updates/texts.en.ts";
import views from "@/domain/views/texts.en.ts";
import updates from "@/features/updates/texts.en.ts";
import windows from "@/features/windows/texts.en.ts";

export default {
  approvals,
  audit,
  common,
  credentials,
  deviceActions,
  devices,
  enrollment,
  errors,
  freeze,
  grid,
  home,
  kinds,
  people,
  profile,
  safety,
  session,
  shell,
  startJob,
  tasks,
  tenancy,
  updateList,
  updates,
  views,
  windows,
} as const;
