import { IconListSearch } from "@tabler/icons-react";
import { Counted } from "./Counted.tsx";
import type { Kind } from "./kind.ts";

export const inventoryCollect: Kind<"inventory.collect"> = {
  icon: IconListSearch,
  isGuarded: false,
  canRetry: true,
  start: { permission: "task:create", place: "run" },
  Params: null,
  Result: Counted,
};
