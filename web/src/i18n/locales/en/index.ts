import audit from "./audit.ts";
import common from "./common.ts";
import devices from "./devices.ts";
import enrollment from "./enrollment.ts";
import errors from "./errors.ts";
import grid from "./grid.ts";
import profile from "./profile.ts";
import session from "./session.ts";
import shell from "./shell.ts";
import tasks from "./tasks.ts";
import tenancy from "./tenancy.ts";
import updates from "./updates.ts";
import work from "./work.ts";

export default { audit, common, devices, enrollment, errors, grid, profile, session, shell, tasks, tenancy, updates, work } as const;
