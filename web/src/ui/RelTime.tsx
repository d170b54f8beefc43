import { Tooltip } from "@mantine/core";
import { useNow } from "./clock.ts";
import { Dash } from "./Dash.tsx";
import { useFormat } from "./format.ts";

/** A moment told relatively, with the exact time and zone in its tooltip. */
export function RelTime({ at }: { at: string | null }) {
  const now = useNow();
  const format = useFormat();
  if (at === null) return <Dash />;
  return (
    <Tooltip label={format.dateTime(at)}>
      <time dateTime={at}>{format.relative(at, now)}</time>
    </Tooltip>
  );
}
