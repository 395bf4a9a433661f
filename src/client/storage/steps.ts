/** Pages of 4,096 bytes that a call of upkeep works on at most: about a billion instructions where they lie together. */
export const UPKEEP_PAGES = 80_000;

/** Calls a step until it says that it is done, and returns what it said then. */
export async function untilDone<T extends { readonly done: boolean }>(
  step: () => Promise<T>,
  tell: (progress: T) => void = () => {},
): Promise<T> {
  for (;;) {
    const progress = await step();
    tell(progress);
    if (progress.done) return progress;
  }
}
