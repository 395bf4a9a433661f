import { CONTROLLERS, OVERSEERS } from './access';
import {
  CandidArchiveLimits,
  CandidArchiveLimitsChange,
  CandidJobIntervals,
  CandidJobIntervalsChange,
  CandidSnapshotRetention,
} from './archive-types';
import {
  argument,
  changeOf,
  field,
  nat16,
  nat32,
  nat64,
  nothing,
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

export const CandidMetricsAudience = variant('MetricsAudience', 'What `/metrics` shows to whoever asks.', {
  Nobody: field(nothing, 'Nothing.'),
  Slots: field(nothing, 'Series by slot number.'),
  Archives: field(nothing, 'Series that name the archives too.'),
});
export type CandidMetricsAudience = ValueOf<typeof CandidMetricsAudience>;

export const CandidCanisterSettings = record(
  'CanisterSettings',
  'What controllers choose for the whole canister; archives may choose otherwise where they have the same setting.',
  {
    recovery_window_seconds: field(nat64, 'How long a deleted archive can be recovered.'),
    job_intervals: CandidJobIntervals,
    snapshot_retention: CandidSnapshotRetention,
    new_archive_limits: field(CandidArchiveLimits, 'Limits that a new archive gets.'),
    metrics_audience: CandidMetricsAudience,
  },
);
export type CandidCanisterSettings = ValueOf<typeof CandidCanisterSettings>;

export const CandidCanisterSettingsChange = changeOf(
  'CanisterSettingsChange',
  "What is to change of the canister's settings; what is absent stays.",
  CandidCanisterSettings,
  { job_intervals: CandidJobIntervalsChange, new_archive_limits: CandidArchiveLimitsChange },
);
export type CandidCanisterSettingsChange = ValueOf<typeof CandidCanisterSettingsChange>;

const CandidSlotPlan = record('SlotPlan', 'MemoryIds that are slots, both ends included.', {
  first: nat16,
  last: nat16,
  anchor: field(nat16, 'Allocated first.'),
});

export const CandidCanisterDescription = record(
  'CanisterDescription',
  'The canister as its operators know it.',
  {
    slots: CandidSlotPlan,
    archives: field(nat32, 'Those that have an id: deleted ones are among the slots.'),
    next_generation: field(nat64, 'What the next archive gets.'),
    tombstones: field(nat64, 'How many archives were purged.'),
    operators: vec(principal),
    settings: CandidCanisterSettings,
    engine_version: field(text, "SQLite's version."),
  },
);
export type CandidCanisterDescription = ValueOf<typeof CandidCanisterDescription>;

export const canisterSettings = room('Canister', "The canister's own settings.", {
  describe_canister: query('Tells what the canister is and what it was set to.', {
    takes: [],
    answers: CandidCanisterDescription,
    roles: OVERSEERS,
  }),
  configure_canister: update('Changes settings of the canister.', {
    takes: [argument('change', CandidCanisterSettingsChange)],
    answers: nothing,
    roles: CONTROLLERS,
    audited: true,
  }),
  set_operators: update('Replaces the principals who look after all archives without reading rows.', {
    takes: [argument('operators', vec(principal))],
    answers: nothing,
    roles: CONTROLLERS,
    audited: true,
  }),
});
