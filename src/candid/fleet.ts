import { CONTROLLERS, OVERSEERS } from './access';
import { CandidArchiveSettingsChange } from './archive-types';
import { CandidLabelFilter } from './archives';
import {
  argument,
  bool,
  field,
  nat16,
  nat32,
  nat64,
  nothing,
  opt,
  principal,
  query,
  record,
  room,
  text,
  update,
  type ValueOf,
  variant,
  vec,
} from './declare';
import { CandidJobKind, CandidOutcome, jobKinds } from './jobs';

export const CandidFleetSelection = variant('FleetSelection', 'Which archives an operation is for.', {
  All: field(nothing, 'All that have an id.'),
  Label: CandidLabelFilter,
  Named: field(vec(text), 'By `id` or `id@generation`.'),
});
export type CandidFleetSelection = ValueOf<typeof CandidFleetSelection>;

export const CandidFleetPlan = record('FleetPlan', 'How an operation goes about.', {
  selection: CandidFleetSelection,
  canaries: field(vec(text), 'They go first, and any failure among them stops the operation.'),
  pause_after_canaries: field(bool, 'The operation waits after them until it is resumed.'),
  tolerated_failures: field(nat32, 'It stops when more have failed later on.'),
});
export type CandidFleetPlan = ValueOf<typeof CandidFleetPlan>;

const CandidFleetMigration = record('FleetMigration', 'The migrations of an uploaded set.', {
  set: text,
  to: field(opt(nat64), 'Up to this version; all of them when absent.'),
});

export const CandidFleetChange = variant('FleetChange', 'A change to many archives.', {
  Configure: field(CandidArchiveSettingsChange, 'Changes the same settings of each.'),
  Migrate: CandidFleetMigration,
});
export type CandidFleetChange = ValueOf<typeof CandidFleetChange>;

export const CandidFleetKind = variant('FleetKind', 'What an operation does to each archive.', {
  ...jobKinds,
  Configure: nothing,
  Migrate: nothing,
  Unknown: field(nothing, 'A later release started the operation.'),
});
export type CandidFleetKind = ValueOf<typeof CandidFleetKind>;

export const CandidFleetPhase = variant('FleetPhase', 'Where an operation is.', {
  Running: nothing,
  Paused: nothing,
  Stopped: field(nothing, 'Too many failed; resuming goes on with what is untouched.'),
  Done: nothing,
  Cancelled: nothing,
});
export type CandidFleetPhase = ValueOf<typeof CandidFleetPhase>;

export const CandidFleetOperation = record(
  'FleetOperation',
  'An operation on many archives; times in nanoseconds since 1970.',
  {
    number: nat64,
    kind: CandidFleetKind,
    argument: field(text, 'What it was started with, in a few words.'),
    started_by: principal,
    started_at: nat64,
    finished_at: opt(nat64),
    phase: CandidFleetPhase,
    targets: nat32,
    finished: field(nat32, 'So many of its targets are done, failed or passed over.'),
    failures: nat32,
    canaries: nat32,
    pause_after_canaries: bool,
    tolerated_failures: nat32,
  },
);
export type CandidFleetOperation = ValueOf<typeof CandidFleetOperation>;

export const CandidFleetResult = record('FleetResult', 'What came of one archive.', {
  id: field(text, 'As it was then.'),
  slot: nat16,
  generation: nat64,
  outcome: CandidOutcome,
  code: field(text, 'Why it failed or was passed over; empty when it is done.'),
  message: text,
  at: field(nat64, 'Nanoseconds since 1970.'),
});
export type CandidFleetResult = ValueOf<typeof CandidFleetResult>;

export const CandidFleetReport = record(
  'FleetReport',
  'An operation, and what came of each archive so far.',
  {
    operation: CandidFleetOperation,
    results: vec(CandidFleetResult),
  },
);
export type CandidFleetReport = ValueOf<typeof CandidFleetReport>;

const numbered = [argument('number', nat64)] as const;

export const fleet = room(
  'Fleet',
  'Operations on many archives, one operation at a time, over as many messages as they take and over upgrades.',
  {
    start_fleet_upkeep: update('Runs a recurring job out of turn.', {
      takes: [argument('job', CandidJobKind), argument('plan', CandidFleetPlan)],
      answers: CandidFleetOperation,
      roles: OVERSEERS,
      audited: true,
    }),
    start_fleet_change: update('Changes settings or schemas of many archives.', {
      takes: [argument('change', CandidFleetChange), argument('plan', CandidFleetPlan)],
      answers: CandidFleetOperation,
      roles: CONTROLLERS,
      audited: true,
    }),
    resume_fleet_operation: update('Goes on with an operation that is paused or stopped.', {
      takes: numbered,
      answers: CandidFleetOperation,
      roles: OVERSEERS,
      audited: true,
    }),
    cancel_fleet_operation: update('Ends an operation; what is done stays done.', {
      takes: numbered,
      answers: CandidFleetOperation,
      roles: OVERSEERS,
      audited: true,
    }),
    describe_fleet_operation: query('Tells how far an operation is, archive by archive.', {
      takes: numbered,
      answers: CandidFleetReport,
      roles: OVERSEERS,
    }),
    list_fleet_operations: query('Lists the last 8 operations, the newest first.', {
      takes: [],
      answers: vec(CandidFleetOperation),
      roles: OVERSEERS,
    }),
  },
);
