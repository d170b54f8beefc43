import { useNow } from "@/ui/clock.ts";
import { Dash } from "@/ui/Dash.tsx";
import { useFormat } from "@/ui/format.ts";

/** Time from a start to an end, or, for what still runs, until now. */
export function Duration({ from, to }: { from: string | null; to: string | null }) {
  const now = useNow();
  const format = useFormat();
  if (from === null) return <Dash />;
  const end = to === null ? now : Date.parse(to);
  return <span className="tabular">{format.duration((end - Date.parse(from)) / 1000)}</span>;
}
