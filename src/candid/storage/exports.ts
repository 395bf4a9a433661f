import { KEEPERS } from '../access';
import {
  archiveArgument,
  argument,
  blob,
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

export const CandidBeginExport = record('BeginExport', 'Which image is pinned, and for how long.', {
  archive: text,
  snapshot: field(opt(text), 'The live image unless a snapshot is named.'),
  lifetime_seconds: field(opt(nat32), '1 to 2,592,000 (30 days); an hour when nothing is said.'),
});
export type CandidBeginExport = ValueOf<typeof CandidBeginExport>;

export const CandidPinPurpose = variant('PinPurpose', 'Who pinned an image.', {
  Export: nothing,
  Fork: field(nothing, 'A fork that copies it.'),
  Check: field(nothing, 'A refresh of the checksum that reads it.'),
});
export type CandidPinPurpose = ValueOf<typeof CandidPinPurpose>;

export const CandidExport = record(
  'Export',
  'An image that is pinned: it stays as it is while the archive is written; times in nanoseconds since 1970.',
  {
    token: nat64,
    purpose: CandidPinPurpose,
    size: field(nat64, 'Bytes of the SQLite image.'),
    page_size: field(nat32, "SQLite's page size in bytes; 0 for an empty image."),
    transaction_id: field(nat64, 'The transaction that published the image.'),
    checksum: field(
      opt(text),
      "XXH64 (seed 0) of the image's bytes as 16 hexadecimal digits, where a refresh has read this very image.",
    ),
    began_at: nat64,
    expires_at: field(
      opt(nat64),
      'When the pin goes by itself; forks and checks keep theirs until they end.',
    ),
  },
);
export type CandidExport = ValueOf<typeof CandidExport>;

const tokenArgument = argument('token', nat64);

export const exports = room('Exports', 'Archives as SQLite files.', {
  db_begin_export: update(
    "Pins an image; what comes out of it is byte for byte that transaction's, whatever is written meanwhile.",
    {
      takes: [argument('request', CandidBeginExport)],
      answers: CandidExport,
      roles: KEEPERS,
      archive: 'exportable',
      archiveForOverseers: 'stored',
      audited: true,
    },
  ),
  db_export_chunk: query(
    'Reads bytes of a pinned image: any length up to what a reply holds (3 MiB in a query), in any order, and again.',
    {
      takes: [archiveArgument, tokenArgument, argument('offset', nat64), argument('length', nat32)],
      answers: blob,
      roles: KEEPERS,
      archive: 'exportable',
      archiveForOverseers: 'stored',
      native: true,
    },
  ),
  db_end_export: update('Unpins the image.', {
    takes: [archiveArgument, tokenArgument],
    answers: nothing,
    roles: KEEPERS,
    archive: 'stored',
  }),
  db_list_exports: query('Lists all pinned images of the archive.', {
    takes: [archiveArgument],
    answers: vec(CandidExport),
    roles: KEEPERS,
    archive: 'stored',
  }),
});
