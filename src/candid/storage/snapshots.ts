import { GOVERNORS, KEEPERS } from '../access';
import {
  archiveArgument,
  argument,
  bool,
  field,
  nat32,
  nat64,
  nothing,
  opt,
  query,
  record,
  room,
  text,
  update,
  type ValueOf,
  variant,
  vec,
} from '../declare';
import { CandidReplacement } from './imports';

export const CandidSnapshotOrigin = variant('SnapshotOrigin', 'Why a snapshot is there.', {
  Request: nothing,
  Schedule: nothing,
  Restore: field(nothing, 'A restore replaced the image.'),
  Import: field(nothing, 'An import replaced the image.'),
});
export type CandidSnapshotOrigin = ValueOf<typeof CandidSnapshotOrigin>;

export const CandidSnapshot = record('Snapshot', 'An image of the archive that is kept under a name.', {
  name: text,
  origin: CandidSnapshotOrigin,
  size: field(nat64, 'Bytes of the SQLite image.'),
  page_size: field(nat32, "SQLite's page size in bytes; 0 for an empty image."),
  transaction_id: field(nat64, 'The transaction that published the image.'),
  created_at: field(nat64, 'Nanoseconds since 1970.'),
  checksum: field(
    opt(text),
    "XXH64 (seed 0) of the image's bytes as 16 hexadecimal digits, where a refresh has read this very image.",
  ),
  held_bytes: field(
    opt(nat64),
    'Bytes that only this snapshot holds, which deleting it frees; absent where counting takes `db_measure_snapshot`.',
  ),
});
export type CandidSnapshot = ValueOf<typeof CandidSnapshot>;

export const CandidSnapshotMeasure = record('SnapshotMeasure', 'A part of a count of bytes.', {
  bytes: nat64,
  next: field(opt(nat32), 'Where the next part begins; absent in the last.'),
});
export type CandidSnapshotMeasure = ValueOf<typeof CandidSnapshotMeasure>;

export const CandidRestoreSnapshot = record(
  'RestoreSnapshot',
  "Which snapshot's image becomes the live one.",
  {
    archive: text,
    snapshot: text,
    keep_as: field(
      opt(text),
      'Name under which the replaced image is kept; `before-restore-<transaction>` when absent.',
    ),
  },
);
export type CandidRestoreSnapshot = ValueOf<typeof CandidRestoreSnapshot>;

export const CandidReclaim = record('Reclaim', 'Whether anything is left to give back.', { done: bool });
export type CandidReclaim = ValueOf<typeof CandidReclaim>;

export const CandidDamagedImage = record(
  'DamagedImage',
  'A deleted snapshot or ended export whose page map was found damaged when its pages were to be given back. What is left of it stays until the archive is purged, and the archive goes on.',
  {
    name: field(opt(text), "A snapshot's."),
    transaction_id: field(nat64, 'The transaction that published the image.'),
    page: field(nat32, "SQLite's number of the page that the map does not lead to."),
  },
);
export type CandidDamagedImage = ValueOf<typeof CandidDamagedImage>;

const snapshotArgument = argument('snapshot', text);

export const snapshots = room(
  'Snapshots',
  'Images that are kept beside the live one: up to 31 with exports and forks.',
  {
    db_create_snapshot: update(
      'Keeps the last published image under a name of 1 to 48 bytes; costs the same at any size.',
      {
        takes: [archiveArgument, argument('name', text)],
        answers: CandidSnapshot,
        roles: KEEPERS,
        archive: 'stored',
        audited: true,
      },
    ),
    db_list_snapshots: query('Lists the snapshots, the oldest first.', {
      takes: [archiveArgument],
      answers: vec(CandidSnapshot),
      roles: KEEPERS,
      archive: 'stored',
    }),
    db_measure_snapshot: query(
      "Counts what only a snapshot holds, over up to `segments` segments of 1 MiB, from 0 or the last part's `next` on.",
      {
        takes: [archiveArgument, snapshotArgument, argument('from', nat32), argument('segments', nat32)],
        answers: CandidSnapshotMeasure,
        roles: KEEPERS,
        archive: 'stored',
      },
    ),
    db_restore_snapshot: update("Makes a snapshot's image the live one.", {
      takes: [argument('request', CandidRestoreSnapshot)],
      answers: CandidReplacement,
      roles: GOVERNORS,
      archive: 'replaceable',
      audited: true,
    }),
    db_delete_snapshot: update(
      'Forgets a snapshot; what only it held goes back by `db_reclaim`, and a little with each transaction.',
      {
        takes: [archiveArgument, snapshotArgument],
        answers: CandidReclaim,
        roles: GOVERNORS,
        archive: 'stored',
        audited: true,
      },
    ),
    db_reclaim: update(
      'Passes up to `page_budget` pages of deleted snapshots, ended exports and imports that were given up; until done.',
      {
        takes: [archiveArgument, argument('page_budget', nat32)],
        answers: CandidReclaim,
        roles: KEEPERS,
        archive: 'named',
      },
    ),
    db_damaged_images: query('Lists what could not be given back.', {
      takes: [archiveArgument],
      answers: vec(CandidDamagedImage),
      roles: KEEPERS,
      archive: 'stored',
    }),
  },
);
