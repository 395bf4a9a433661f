import { KEEPERS } from '../access';
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

export const CandidChecksum = record(
  'Checksum',
  'The checksum of a whole SQLite image, as of its last refresh.',
  {
    checksum: field(text, "XXH64 (seed 0) of the image's bytes as 16 lower-case hexadecimal digits."),
    transaction_id: field(nat64, 'The transaction that published the image.'),
    refreshed_at: field(nat64, 'Nanoseconds since 1970.'),
    stale: field(bool, 'The archive was changed since.'),
  },
);
export type CandidChecksum = ValueOf<typeof CandidChecksum>;

export const CandidChecksumProgress = record(
  'ChecksumProgress',
  'How far a refresh is, in bytes of the image.',
  { done: bool, position: nat64, total: nat64 },
);
export type CandidChecksumProgress = ValueOf<typeof CandidChecksumProgress>;

export const CandidPageChecksumState = variant(
  'PageChecksumState',
  'Whether pages have checksums of their own.',
  {
    Off: nothing,
    On: nothing,
    SwitchingOn: field(nothing, 'A pass over what is there already is under way.'),
    SwitchingOff: field(nothing, 'A pass over what is there already is under way.'),
  },
);
export type CandidPageChecksumState = ValueOf<typeof CandidPageChecksumState>;

export const CandidPageVerification = record('PageVerification', 'Pages that do not match their checksums.', {
  damaged: field(vec(nat32), "SQLite's numbers of them, 64 at most."),
  next: field(opt(nat64), 'Where to go on; absent at the end.'),
});
export type CandidPageVerification = ValueOf<typeof CandidPageVerification>;

const pageBudgetArgument = argument('page_budget', nat32);
/** Who looks after checksums, and on what. */
const keeping = { roles: KEEPERS, archive: 'stored' } as const;

export const checksums = room('Checksums', 'Checksums of whole images, and of single pages.', {
  db_checksum: query("Tells the image's checksum; absent before the first refresh.", {
    takes: [archiveArgument],
    answers: opt(CandidChecksum),
    ...keeping,
  }),
  db_refresh_checksum: update(
    'Takes up to `page_budget` pages of 4,096 bytes in, of the image that was live at the first call; until it is done.',
    { takes: [archiveArgument, pageBudgetArgument], answers: CandidChecksumProgress, ...keeping },
  ),
  db_cancel_checksum: update('Gives a refresh up; the checksum before it stays.', {
    takes: [archiveArgument],
    answers: nothing,
    ...keeping,
  }),
  db_page_checksums: query('Tells whether pages have checksums of their own.', {
    takes: [archiveArgument],
    answers: CandidPageChecksumState,
    ...keeping,
  }),
  db_set_page_checksums: update(
    'Switches checksums of pages on or off for what is written from now on; `db_continue_page_checksums` does the rest.',
    {
      takes: [archiveArgument, argument('enabled', bool)],
      answers: CandidPageChecksumState,
      ...keeping,
      audited: true,
    },
  ),
  db_continue_page_checksums: update('Switches up to `page_budget` pages that were there before.', {
    takes: [archiveArgument, pageBudgetArgument],
    answers: CandidPageChecksumState,
    ...keeping,
  }),
  db_verify_pages: query(
    "Compares up to `page_budget` pages with their checksums, from 0 or the last call's `next` on.",
    {
      takes: [archiveArgument, argument('from', nat64), pageBudgetArgument],
      answers: CandidPageVerification,
      ...keeping,
    },
  ),
});
