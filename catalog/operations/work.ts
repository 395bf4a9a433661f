/**
 * Work on one archive that takes as many messages as it needs. What is to be done is decided and recorded here; the
 * work itself is the caller's. A claim is stored in one message and the work done in a later one, so that work which
 * traps, and undoes its own message, still counts as an attempt and cannot hold up everything else for ever.
 */
export type StepOutcome =
  /** `progress` is handed to the next step, which may run after an upgrade. */
  | { readonly kind: 'more'; readonly progress: string }
  | { readonly kind: 'done'; readonly message: string }
  /** There was nothing to do. */
  | { readonly kind: 'skipped'; readonly code: string; readonly message: string }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

/** Longest progress, in characters: each may take six bytes of a record. */
const LONGEST_PROGRESS = 500;

/**
 * A step's progress as a record keeps it. One that was cut would resume the work in the wrong place.
 *
 * @throws RangeError for a step whose progress may grow with what it works on
 */
export function checkedProgress(progress: string): string {
  if (progress.length > LONGEST_PROGRESS) {
    throw new RangeError(`progress has up to ${LONGEST_PROGRESS} characters, not ${progress.length}`);
  }
  return progress;
}

/** A step that was the last one. */
export type FinalStep = Exclude<StepOutcome, { kind: 'more' }>;

export const FINAL_OUTCOMES = ['done', 'skipped', 'failed'] as const;
export type FinalOutcome = (typeof FINAL_OUTCOMES)[number];

/** Claims without a word in between, after which a step is given up. */
export const MOST_ATTEMPTS = 3;

/** The outcome of work that was claimed too often: whatever did it trapped each time. */
export const EXHAUSTED: FinalStep = {
  kind: 'failed',
  code: 'ATTEMPTS_EXHAUSTED',
  message: `it trapped ${MOST_ATTEMPTS} times: see the canister's log, then start it again`,
};
