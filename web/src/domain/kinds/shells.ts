import type { Family, Recipients } from "./kind.ts";

export const SHELLS = ["powershell", "pwsh", "cmd", "sh", "bash", "python"] as const;
export type Shell = (typeof SHELLS)[number];

const OF: Record<Family, readonly Shell[]> = {
  windows: ["powershell", "pwsh", "cmd", "python"],
  linux: ["bash", "sh", "python", "pwsh"],
};
const OF_BOTH: readonly Shell[] = ["python", "pwsh"];

/** The shells that every one of the devices may have, the likeliest first. */
export function shellsFor({ families }: Pick<Recipients, "families">): readonly Shell[] {
  const [first] = families;
  if (first === undefined) return SHELLS;
  return families.length > 1 ? OF_BOTH : OF[first];
}
