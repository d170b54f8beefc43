import { IconRadar2 } from "@tabler/icons-react";
import { Counted } from "./Counted.tsx";
import type { Kind } from "./kind.ts";

export const updatesScan: Kind<"updates.scan"> = {
  icon: IconRadar2,
  isGuarded: false,
  canRetry: true,
  start: { permission: "task:create", place: "button" },
  Params: null,
  Result: Counted,
};
