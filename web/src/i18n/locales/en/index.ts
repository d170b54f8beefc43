import account from "./account.ts";
import approvals from "./approvals.ts";
import audit from "./audit.ts";
import common from "./common.ts";
import devices from "./devices.ts";
import enrollment from "./enrollment.ts";
import errors from "./errors.ts";
import grid from "./grid.ts";
import people from "./people.ts";
import profile from "./profile.ts";
import safety from "./safety.ts";
import session from "./session.ts";
import shell from "./shell.ts";
import tasks from "./tasks.ts";
import tenancy from "./tenancy.ts";
import updates from "./updates.ts";
import work from "./work.ts";

export default {
  account,
  approvals,
  audit,
  common,
  devices,
  enrollment,
  errors,
  grid,
  people,
  profile,
  safety,
  session,
  shell,
  tasks,
  tenancy,
  updates,
  work,
} as const;
