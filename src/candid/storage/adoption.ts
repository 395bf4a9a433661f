import { CONTROLLERS, KEEPERS, OVERSEERS } from '../access';
import {
  archiveArgument,
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
} from '../declare';

export const CandidSlotKind = variant('SlotKind', 'Whoever wrote a slot.', {
  Empty: nothing,
  Tabularium: nothing,
  IcSqliteVfs: nothing,
  Sqlite: field(nothing, 'A plain SQLite file from the first byte on, as ic-rusqlite mounts it.'),
  Unknown: nothing,
});
export type CandidSlotKind = ValueOf<typeof CandidSlotKind>;

const CandidWritersChecksum = variant(
  'WritersChecksum',
  "Whether the writer's checksum is that of the image's present bytes.",
  { None: nothing, Stale: nothing, Fresh: nothing },
);

export const CandidSlotContent = record('SlotContent', "What a slot's memory holds, by its first bytes.", {
  kind: CandidSlotKind,
  layout_version: field(
    nat32,
    'Version of the superblock (ic-sqlite-vfs: 6 for 0.1.2 to 1.0, 8 for 2.x); 0 where there is none.',
  ),
  adoptable: field(bool, 'True for what `adopt_slot` takes.'),
  fault: field(opt(text), 'What is wrong with it.'),
  memory_bytes: field(nat64, "Bytes that the slot's memory spans."),
  image_size: field(nat64, 'Bytes of the SQLite image; 0 where it cannot be said.'),
  page_size: nat32,
  transaction_id: field(nat64, "The writer's count of transactions; 0 for one that keeps none."),
  checksum: CandidWritersChecksum,
  importing: field(bool, 'An import was under way; the image that was committed before it counts.'),
});
export type CandidSlotContent = ValueOf<typeof CandidSlotContent>;

export const CandidVerification = record(
  'Verification',
  'How far the reading of an image is; handed to the next call as it is.',
  {
    verified: nat64,
    total: nat64,
    hash: field(text, 'FNV-1a 64 of what was read, where the image has a fresh checksum.'),
    complete: bool,
    matches: field(opt(bool), 'On completion, where there is a fresh checksum: whether it holds.'),
  },
);
export type CandidVerification = ValueOf<typeof CandidVerification>;

export const CandidAdoptSlot = record('AdoptSlot', 'Which slot becomes an archive.', {
  slot: nat16,
  id: field(text, 'Id of the new archive.'),
  owner: field(opt(principal), 'The caller when absent.'),
});
export type CandidAdoptSlot = ValueOf<typeof CandidAdoptSlot>;

export const CandidAdoptionProgress = record(
  'AdoptionProgress',
  'How far an adoption is, in bytes of the image.',
  {
    archive: field(text, '`id@generation` of the archive.'),
    copied: nat64,
    total: nat64,
    done: field(bool, 'The archive is open.'),
  },
);
export type CandidAdoptionProgress = ValueOf<typeof CandidAdoptionProgress>;

const slotArgument = argument('slot', nat16);
const pageBudgetArgument = argument('page_budget', nat32);

export const adoption = room(
  'Adoption',
  'Images that other software wrote, made archives where they lie. Nothing is overwritten until the copy is complete.',
  {
    inspect_slot: query('Tells what a slot holds, by its first bytes.', {
      takes: [slotArgument],
      answers: CandidSlotContent,
      roles: OVERSEERS,
    }),
    verify_slot: query(
      'Reads up to `page_budget` pages of 4,096 bytes of an adoptable image; begins without a verification.',
      {
        takes: [slotArgument, argument('before', opt(CandidVerification)), pageBudgetArgument],
        answers: CandidVerification,
        roles: OVERSEERS,
      },
    ),
    adopt_slot: update(
      'Creates the archive, in state `Importing`, and begins to copy the image; one at a time a canister.',
      {
        takes: [argument('request', CandidAdoptSlot)],
        answers: CandidAdoptionProgress,
        roles: CONTROLLERS,
        audited: true,
      },
    ),
    db_continue_adoption: update(
      'Copies up to `page_budget` pages of 4,096 bytes; the last call puts the archive into its slot.',
      {
        takes: [archiveArgument, pageBudgetArgument],
        answers: CandidAdoptionProgress,
        roles: OVERSEERS,
        archive: 'named',
      },
    ),
    db_adoption_progress: query(
      'Tells how far an adoption is; absent when the archive is not being adopted.',
      {
        takes: [archiveArgument],
        answers: opt(CandidAdoptionProgress),
        roles: KEEPERS,
        archive: 'named',
      },
    ),
    db_cancel_adoption: update('Gives the adoption up: the slot is as it was, and the archive is gone.', {
      takes: [archiveArgument],
      answers: nothing,
      roles: CONTROLLERS,
      archive: 'named',
      audited: true,
    }),
  },
);
