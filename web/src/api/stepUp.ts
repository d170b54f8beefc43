/** Asks the reader for a fresh second factor; answers whether it was given. */
type Asker = () => Promise<boolean>;

let ask: Asker | null = null;
let asking: Promise<boolean> | null = null;

/** The shell says who asks; the answer takes it back. */
export function provideStepUp(asker: Asker): () => void {
  ask = asker;
  return () => {
    if (ask === asker) ask = null;
  };
}

/** One question at a time, however many requests need its answer. */
export function stepUp(): Promise<boolean> {
  if (ask === null) return Promise.resolve(false);
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

export const STEP_UP_CODE = "session.step_up_required";

/** Whether an answer says that a fresh second factor is missing; reads a copy of its body. */
export async function wantsStepUp(response: Response): Promise<boolean> {
  if (response.status !== 403) return false;
  try {
    const body: unknown = await response.clone().json();
    return typeof body === "object" && body !== null && "code" in body && body.code === STEP_UP_CODE;
  } catch {
    return false;
  }
}
