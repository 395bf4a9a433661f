import type { LabelSelector } from '../archives/labels';
import { JOB_KINDS } from '../archives/settings';
import type { FinalOutcome } from '../operations/work';

/** What a fleet operation does to each archive: a job out of turn, which operators may start, or a change. */
export const UPKEEP_KINDS = JOB_KINDS;
export const CHANGE_KINDS = ['migrate', 'configure'] as const;
export const FLEET_KINDS = [...UPKEEP_KINDS, ...CHANGE_KINDS] as const;
export type FleetKind = (typeof FLEET_KINDS)[number];

/** Which archives an operation is for. */
export type FleetSelection =
  | { readonly kind: 'all' }
  | { readonly kind: 'label'; readonly label: LabelSelector }
  /** References, `id` or `id@generation`. */
  | { readonly kind: 'named'; readonly references: readonly string[] };

/** What is asked of a fleet. */
export interface FleetRequest {
  readonly kind: FleetKind;
  /** Whatever the kind needs, for example the name of a migration; handed to each step as it is. */
  readonly argument: string;
  readonly selection: FleetSelection;
  /** References of archives that go first. A failure among them stops the operation whatever it may allow later. */
  readonly canaries: readonly string[];
  /** Waits after the canaries until somebody resumes it. */
  readonly pauseAfterCanaries: boolean;
  /** Failures after the canaries that the operation goes on with. */
  readonly toleratedFailures: number;
}

export interface FleetTarget {
  readonly slot: number;
  readonly generation: number;
}

/**
 * Running: steps can be claimed. Paused: the canaries did well, somebody is to look. Stopped: too many failed; the rest
 * is untouched, and resuming goes on with it. Done (whatever the results say) and cancelled are ends.
 */
export const FLEET_PHASES = ['running', 'paused', 'stopped', 'done', 'cancelled'] as const;
export type FleetPhase = (typeof FLEET_PHASES)[number];

export interface FleetOperation {
  /** Counts all operations of the canister. */
  readonly number: number;
  /** One of {@link FLEET_KINDS}, or one that a later release knows. */
  readonly kind: string;
  readonly argument: string;
  readonly startedBy: string;
  /** Nanoseconds since 1970. */
  readonly startedAt: bigint;
  /** Absent until its end. */
  readonly finishedAt: bigint | undefined;
  readonly phase: FleetPhase;
  /** In the order of the work, canaries first. Fixed at the start. */
  readonly targets: readonly FleetTarget[];
  readonly canaries: number;
  readonly pauseAfterCanaries: boolean;
  readonly toleratedFailures: number;
  /** Targets that are finished. */
  readonly cursor: number;
  /** Claims of the current target since the last word about it. */
  readonly attempts: number;
  readonly progress: string;
  readonly failures: number;
  /** Failures that somebody has resumed the operation in spite of. */
  readonly forgivenFailures: number;
}

/** What came of one target. */
export interface FleetResult extends FleetTarget {
  /** The id that it had then. */
  readonly id: string;
  readonly outcome: FinalOutcome;
  /** Stable code of a failure or of why nothing was done; empty when it is done. */
  readonly code: string;
  readonly message: string;
  readonly at: bigint;
}

/** The kind of an operation, when this release knows it. */
export function knownKind({ kind }: FleetOperation): FleetKind | undefined {
  return FLEET_KINDS.find((known) => known === kind);
}

/** What ends an unfinished operation, for whoever has to wait for it. */
export function waysToEnd({ phase }: FleetOperation): string {
  return phase === 'running' ? 'let it finish, or cancel it' : 'resume it, or cancel it';
}

/** True while an operation has steps ahead of it, now or after being resumed. */
export function isUnfinished({ phase }: FleetOperation): boolean {
  return phase === 'running' || phase === 'paused' || phase === 'stopped';
}
