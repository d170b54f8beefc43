import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "@/api/errors.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { toastFailed } from "@/ui/toast.tsx";

interface Versioned {
  version: number;
}

export interface Edited<T extends Versioned | undefined> {
  /** What the form was filled from (absent = something new): its version goes along with what is saved. */
  seen: T;
  /** `stale`: somebody else has saved meanwhile; `loaded`: what they saved stands in the form. */
  state: "current" | "stale" | "loaded";
  /** Whether an error says that somebody else has changed the same; the form then shows {@link StaleAlert}. */
  catches: (error: unknown) => boolean;
  load: () => void;
  isLoading: boolean;
  /** The form stays open with what it has saved. */
  saved: (now: NonNullable<T>) => void;
}

/**
 * Remembers which version a form was opened with: pages are refreshed while somebody types, and what they have not seen
 * they must not overwrite. `onLoad` merges what stands there now into the form.
 */
export function useEdited<T extends Versioned | undefined>(
  opened: T,
  read: (seen: NonNullable<T>) => Promise<NonNullable<T>>,
  onLoad: (before: NonNullable<T>, now: NonNullable<T>) => void,
): Edited<T> {
  const errors = useErrorText();
  const [seen, setSeen] = useState(opened);
  const [state, setState] = useState<Edited<T>["state"]>("current");
  const load = useMutation({
    mutationFn: async (before: NonNullable<T>) => ({ before, now: await read(before) }),
    onSuccess: ({ before, now }) => {
      onLoad(before, now);
      setSeen(now);
      setState("loaded");
    },
    onError: (error) => {
      toastFailed(errors.of(error));
    },
  });
  return {
    seen,
    state,
    catches: (error) => {
      const isStale = error instanceof ApiError && error.code === "version.stale";
      if (isStale) setState("stale");
      return isStale;
    },
    load: () => {
      if (seen !== undefined) load.mutate(seen as NonNullable<T>);
    },
    isLoading: load.isPending,
    saved: (now) => {
      setSeen(now);
      setState("current");
    },
  };
}
