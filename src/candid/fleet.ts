import type { Principal } from '@dfinity/principal';
import { archiveTypes, type CandidArchiveSettings } from './archive-types';
import type { IdlModule } from './idl';
import { type CandidJobKind, type CandidOutcome, jobKindType, outcomeType } from './jobs';
import { queryMethod, updateMethod } from './method';
import { type CandidResult, resultTypes } from './result';

/** Which archives an operation is for: all that have an id, those with a label, or those named. */
export type CandidFleetSelection =
  | { All: null }
  | { Label: { key: string; value: [] | [string] } }
  | { Named: string[] };

/**
 * How an operation goes about. Canaries go first, and any failure among them stops it; with `pause_after_canaries` it
 * waits after them until it is resumed. Later on it stops when more than `tolerated_failures` have failed.
 */
export interface CandidFleetPlan {
  selection: CandidFleetSelection;
  canaries: string[];
  pause_after_canaries: boolean;
  tolerated_failures: number;
}

/** A change to many archives: their settings, or the migrations of an uploaded set, up to a version or all of them. */
export type CandidFleetChange =
  | { Configure: CandidArchiveSettings }
  | { Migrate: { set: string; to: [] | [bigint] } };

/** Unknown: a later release started the operation. */
export type CandidFleetKind = CandidJobKind | { Configure: null } | { Migrate: null } | { Unknown: null };

/** Stopped: too many failed; resuming goes on with what is untouched. */
export type CandidFleetPhase =
  | { Running: null }
  | { Paused: null }
  | { Stopped: null }
  | { Done: null }
  | { Cancelled: null };

/** Times in nanoseconds since 1970. `finished` of its `targets` are done, failed or passed over. */
export interface CandidFleetOperation {
  number: bigint;
  kind: CandidFleetKind;
  argument: string;
  started_by: Principal;
  started_at: bigint;
  finished_at: [] | [bigint];
  phase: CandidFleetPhase;
  targets: number;
  finished: number;
  failures: number;
  canaries: number;
  pause_after_canaries: boolean;
  tolerated_failures: number;
}

/** What came of one archive; `id` as it was then. */
export interface CandidFleetResult {
  id: string;
  slot: number;
  generation: bigint;
  outcome: CandidOutcome;
  code: string;
  message: string;
  at: bigint;
}

export interface CandidFleetReport {
  operation: CandidFleetOperation;
  results: CandidFleetResult[];
}

/** Operations on many archives, one operation at a time, over as many messages as they take and over upgrades. */
export interface FleetService {
  /** A recurring job out of turn. */
  start_fleet_upkeep(job: CandidJobKind, plan: CandidFleetPlan): Promise<CandidResult<CandidFleetOperation>>;
  start_fleet_change(
    change: CandidFleetChange,
    plan: CandidFleetPlan,
  ): Promise<CandidResult<CandidFleetOperation>>;
  resume_fleet_operation(number: bigint): Promise<CandidResult<CandidFleetOperation>>;
  cancel_fleet_operation(number: bigint): Promise<CandidResult<CandidFleetOperation>>;
  describe_fleet_operation(number: bigint): Promise<CandidResult<CandidFleetReport>>;
  /** The last 8, the newest first. */
  list_fleet_operations(): Promise<CandidResult<CandidFleetOperation[]>>;
}

export function fleetMethods(IDL: IdlModule) {
  const resultOf = resultTypes(IDL);
  const Job = jobKindType(IDL);
  const { Settings } = archiveTypes(IDL);
  const Plan = IDL.Record({
    selection: IDL.Variant({
      All: IDL.Null,
      Label: IDL.Record({ key: IDL.Text, value: IDL.Opt(IDL.Text) }),
      Named: IDL.Vec(IDL.Text),
    }),
    canaries: IDL.Vec(IDL.Text),
    pause_after_canaries: IDL.Bool,
    tolerated_failures: IDL.Nat32,
  });
  const Operation = IDL.Record({
    number: IDL.Nat64,
    kind: IDL.Variant({
      Checksum: IDL.Null,
      QuickCheck: IDL.Null,
      Snapshot: IDL.Null,
      Compaction: IDL.Null,
      Configure: IDL.Null,
      Migrate: IDL.Null,
      Unknown: IDL.Null,
    }),
    argument: IDL.Text,
    started_by: IDL.Principal,
    started_at: IDL.Nat64,
    finished_at: IDL.Opt(IDL.Nat64),
    phase: IDL.Variant({
      Running: IDL.Null,
      Paused: IDL.Null,
      Stopped: IDL.Null,
      Done: IDL.Null,
      Cancelled: IDL.Null,
    }),
    targets: IDL.Nat32,
    finished: IDL.Nat32,
    failures: IDL.Nat32,
    canaries: IDL.Nat32,
    pause_after_canaries: IDL.Bool,
    tolerated_failures: IDL.Nat32,
  });
  const Result = IDL.Record({
    id: IDL.Text,
    slot: IDL.Nat16,
    generation: IDL.Nat64,
    outcome: outcomeType(IDL),
    code: IDL.Text,
    message: IDL.Text,
    at: IDL.Nat64,
  });
  const Change = IDL.Variant({
    Configure: Settings,
    Migrate: IDL.Record({ set: IDL.Text, to: IDL.Opt(IDL.Nat64) }),
  });
  const operation = resultOf(Operation);
  return {
    start_fleet_upkeep: updateMethod([Job, Plan], operation),
    start_fleet_change: updateMethod([Change, Plan], operation),
    resume_fleet_operation: updateMethod([IDL.Nat64], operation),
    cancel_fleet_operation: updateMethod([IDL.Nat64], operation),
    describe_fleet_operation: queryMethod(
      [IDL.Nat64],
      resultOf(IDL.Record({ operation: Operation, results: IDL.Vec(Result) })),
    ),
    list_fleet_operations: queryMethod([], resultOf(IDL.Vec(Operation))),
  };
}
