import { CONCERNED, OVERSEERS } from '../access';
import {
  archiveArgument,
  argument,
  bool,
  field,
  nat16,
  nat32,
  nat64,
  query,
  record,
  room,
  text,
  update,
  type ValueOf,
  vec,
} from '../declare';

export const CandidSlotSpace = record('SlotSpace', 'The room that a slot takes.', {
  logical_size: field(nat64, 'Bytes of the SQLite image.'),
  pages_used: field(nat32, 'Storage pages of 4,096 bytes.'),
  pages_free: nat32,
  pages_held_by_snapshots: nat32,
  buckets_owned: nat32,
  buckets_returnable: field(nat32, 'Those that compaction would return.'),
});
export type CandidSlotSpace = ValueOf<typeof CandidSlotSpace>;

export const CandidArchiveSpace = record('ArchiveSpace', 'The room of an archive.', {
  archive: field(text, '`id@generation`.'),
  slot: nat16,
  space: CandidSlotSpace,
});
export type CandidArchiveSpace = ValueOf<typeof CandidArchiveSpace>;

export const CandidCompaction = record('Compaction', 'What a call did, and what going on would give back.', {
  done: bool,
  buckets_returned: nat32,
  buckets_returnable: nat32,
});
export type CandidCompaction = ValueOf<typeof CandidCompaction>;

export const space = room('Space', 'The room that archives take.', {
  db_space: query(
    "Tells what the archive's slot takes; `buckets_returnable` is the dry run of `db_compact`.",
    {
      takes: [archiveArgument],
      answers: CandidSlotSpace,
      roles: CONCERNED,
      archive: 'any',
    },
  ),
  report_space: query(
    'Tells the same for all archives, deleted ones too; those whose slot cannot be read are left out.',
    {
      takes: [],
      answers: vec(CandidArchiveSpace),
      roles: OVERSEERS,
    },
  ),
  db_compact: update(
    'Returns free buckets, bounded a call, until it is done; may be given up after any call.',
    {
      takes: [archiveArgument, argument('page_budget', nat32)],
      answers: CandidCompaction,
      roles: OVERSEERS,
      archive: 'stored',
    },
  ),
});
