import { CandidBudgets } from './budgets';
import {
  bool,
  changeOf,
  field,
  nat16,
  nat32,
  nat64,
  nothing,
  opt,
  principal,
  record,
  text,
  type ValueOf,
  variant,
  vec,
} from './declare';

/** The cases of {@link CandidArchiveState}. */
export const archiveStates = {
  Active: nothing,
  ReadOnly: field(nothing, 'Active, with writes blocked.'),
  Importing: field(nothing, 'Closed until its first image is there.'),
  Deleted: field(nothing, 'Without an id, and recoverable.'),
  Purging: field(nothing, 'On its way out of its slot.'),
  Migrating: field(nothing, 'Closed while part of a migration is in it.'),
  Damaged: field(nothing, 'Quarantined.'),
} as const;

export const CandidArchiveState = variant('ArchiveState', 'What an archive is.', archiveStates);
export type CandidArchiveState = ValueOf<typeof CandidArchiveState>;

export const CandidLabel = record('Label', 'A label; an empty value makes the key a tag.', {
  key: text,
  value: text,
});
export type CandidLabel = ValueOf<typeof CandidLabel>;

export const CandidArchive = record('Archive', 'An archive as the catalog knows it.', {
  id: text,
  slot: field(nat16, 'MemoryId of its slot.'),
  generation: field(nat64, '`id@generation` is the reference that will never mean another archive.'),
  owner: principal,
  created_at: field(nat64, 'Nanoseconds since 1970.'),
  state: CandidArchiveState,
  labels: vec(CandidLabel),
});
export type CandidArchive = ValueOf<typeof CandidArchive>;

export const CandidArchiveAccess = record('ArchiveAccess', 'Who may use an archive besides its owner.', {
  writers: field(vec(principal), 'Up to 64.'),
  readers: field(vec(principal), 'Up to 64.'),
  public_read: field(bool, 'Everybody may read, the anonymous included.'),
});
export type CandidArchiveAccess = ValueOf<typeof CandidArchiveAccess>;

export const CandidJobIntervals = record(
  'JobIntervals',
  "Seconds between two runs of each kind of job; 0 switches it off, an absent one follows the canister's.",
  { checksum: opt(nat64), quick_check: opt(nat64), snapshot: opt(nat64), compaction: opt(nat64) },
);
export type CandidJobIntervals = ValueOf<typeof CandidJobIntervals>;

export const CandidSnapshotRetention = record(
  'SnapshotRetention',
  'Which automatic snapshots are kept: the newest, and all that are young.',
  {
    keep_last: field(nat32, 'So many of the newest.'),
    keep_for_seconds: field(nat64, 'All that are younger.'),
  },
);
export type CandidSnapshotRetention = ValueOf<typeof CandidSnapshotRetention>;

export const CandidArchiveSettings = record(
  'ArchiveSettings',
  "What an owner may choose; what is absent follows the canister's settings.",
  {
    delete_protection: field(bool, 'The archive is not deleted until this is off.'),
    recovery_window_seconds: field(opt(nat64), 'How long a deleted archive can be recovered.'),
    job_intervals: CandidJobIntervals,
    snapshot_retention: opt(CandidSnapshotRetention),
  },
);
export type CandidArchiveSettings = ValueOf<typeof CandidArchiveSettings>;

export const CandidArchiveLimits = record('ArchiveLimits', 'What a controller may choose for an archive.', {
  size_limit: field(opt(nat64), 'Bytes of the SQLite image.'),
  bucket_budget: field(opt(nat32), 'Buckets of stable memory that its slot may own.'),
  budgets: CandidBudgets,
});
export type CandidArchiveLimits = ValueOf<typeof CandidArchiveLimits>;

export const CandidArchiveAccessChange = changeOf(
  'ArchiveAccessChange',
  'What is to change of who may use an archive; what is absent stays.',
  CandidArchiveAccess,
  {},
);
export type CandidArchiveAccessChange = ValueOf<typeof CandidArchiveAccessChange>;

export const CandidJobIntervalsChange = changeOf(
  'JobIntervalsChange',
  "What is to change of the intervals; what is absent stays, and an empty one follows the canister's again.",
  CandidJobIntervals,
  {},
);
export type CandidJobIntervalsChange = ValueOf<typeof CandidJobIntervalsChange>;

export const CandidArchiveSettingsChange = changeOf(
  'ArchiveSettingsChange',
  "What is to change of an archive's settings; what is absent stays, and an empty one follows the canister's again.",
  CandidArchiveSettings,
  { job_intervals: CandidJobIntervalsChange },
);
export type CandidArchiveSettingsChange = ValueOf<typeof CandidArchiveSettingsChange>;

export const CandidBudgetsChange = changeOf(
  'BudgetsChange',
  "What is to change of the budgets; what is absent stays, and an empty one is the canister's default again.",
  CandidBudgets,
  {},
);
export type CandidBudgetsChange = ValueOf<typeof CandidBudgetsChange>;

export const CandidArchiveLimitsChange = changeOf(
  'ArchiveLimitsChange',
  "What is to change of an archive's limits; what is absent stays, and an empty one is lifted.",
  CandidArchiveLimits,
  { budgets: CandidBudgetsChange },
);
export type CandidArchiveLimitsChange = ValueOf<typeof CandidArchiveLimitsChange>;
