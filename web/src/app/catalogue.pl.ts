/** Every Polish text, by namespace. */
import approvals from "@/features/approvals/texts.pl.ts";
import audit from "@/features/audit/texts.pl.ts";
import common from "@/i18n/texts/pl/common.ts";
import credentials from "@/domain/credentials/texts.pl.ts";
import deviceActions from "@/domain/deviceActions/texts.pl.ts";
import devices from "@/features/devices/texts.pl.ts";
import enrollment from "@/features/enrollment/texts.pl.ts";
import errors from "@/i18n/texts/pl/errors.ts";
import freeze from "@/domain/freeze/texts.pl.ts";
import grid from "@/i18n/texts/pl/grid.ts";
import home from "@/features/home/texts.pl.ts";
import kinds from "@/domain/kinds/texts/pl/index.ts";
import people from "@/features/people/texts.pl.ts";
import profile from "@/features/profile/texts.pl.ts";
import safety from "@/features/safety/texts.pl.ts";
import session from "@/features/session/texts.pl.ts";
import shell from "./texts.pl.ts";
import startJob from "@/domain/startJob/texts.pl.ts";
import tasks from "@/features/tasks/texts.pl.ts";
import tenancy from "@/features/tenancy/texts.pl.ts";
import updateList from "@/domain/updates/texts.pl.ts";
import views from "@/domain/views/texts.pl.ts";
import updates from "@/features/updates/texts.pl.ts";
import windows from "@/features/windows/texts.pl.ts";

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
