import { GOVERNORS, KEEPERS } from '../access';
import {
  archiveArgument,
  argument,
  blob,
  field,
  MESSAGE_LIMIT,
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

export const CandidBeginImport = record('BeginImport', 'What is announced of an image.', {
  archive: text,
  total_size: field(nat64, 'Bytes of the SQLite image, 1 to 64 GiB.'),
  sha256: field(opt(blob), "32 bytes that the image's SHA-256 must equal; without them it is not hashed."),
  idle_seconds: field(
    opt(nat32),
    'The import is given up when no call comes for so long, 1 to 31,536,000 (a year); a day when nothing is said.',
  ),
});
export type CandidBeginImport = ValueOf<typeof CandidBeginImport>;

export const CandidImportPhase = variant('ImportPhase', 'Where an import is.', {
  Receiving: field(nothing, 'Chunks come in.'),
  Hashing: field(nothing, 'The image is hashed.'),
  Checking: field(nothing, 'SQLite checks it.'),
  Verified: field(nothing, 'It can be switched in.'),
  Refused: field(nothing, 'It gives its space back.'),
});
export type CandidImportPhase = ValueOf<typeof CandidImportPhase>;

export const CandidImportCheck = variant('ImportCheck', "How SQLite's structure and rows are checked.", {
  Whole: field(nothing, 'All at once by SQLite, where that fits a call.'),
  Trees: field(nothing, 'The structure is walked page by page over several calls.'),
  Tables: field(nothing, 'After that SQLite checks table by table.'),
});
export type CandidImportCheck = ValueOf<typeof CandidImportCheck>;

const CandidRefusal = record('Refusal', 'Why an image was refused.', {
  code: field(text, 'Stable; docs/ERRORS.md lists all of them.'),
  message: text,
});

export const CandidImportStatus = record(
  'ImportStatus',
  'How far an import is; sizes in bytes, times in nanoseconds since 1970.',
  {
    session: nat64,
    phase: CandidImportPhase,
    total: nat64,
    received: field(nat64, 'Bytes that have arrived, each counted once.'),
    hashed: nat64,
    check: field(CandidImportCheck, 'What is checked next, or was checked last.'),
    checked_in_part: field(
      nat32,
      'Tables too large for a call: their structure was walked, and their rows were not compared with their declaration.',
    ),
    began_at: nat64,
    expires_at: field(nat64, 'When it is given up unless a call comes before.'),
    refusal: field(opt(CandidRefusal), 'Why a refused one was refused.'),
  },
);
export type CandidImportStatus = ValueOf<typeof CandidImportStatus>;

export const CandidByteRange = record('ByteRange', "A range of an image's bytes.", {
  offset: nat64,
  length: nat64,
});
export type CandidByteRange = ValueOf<typeof CandidByteRange>;

export const CandidMissingRanges = record('MissingRanges', 'Ranges that have not arrived.', {
  ranges: field(vec(CandidByteRange), 'Ascending.'),
  next: field(opt(nat64), 'Where to go on; absent at the end.'),
});
export type CandidMissingRanges = ValueOf<typeof CandidMissingRanges>;

export const CandidReplacedImage = variant(
  'ReplacedImage',
  'What becomes of the image that an import replaces.',
  {
    KeepAs: field(text, 'It is kept as a snapshot of that name.'),
    Discard: field(nothing, 'Its pages are given back: the import cannot be undone.'),
  },
);
export type CandidReplacedImage = ValueOf<typeof CandidReplacedImage>;

export const CandidFinishImport = record('FinishImport', 'The import to be switched in.', {
  archive: text,
  session: nat64,
  replaced: field(opt(CandidReplacedImage), 'Kept as `before-import-<transaction>` when nothing is said.'),
});
export type CandidFinishImport = ValueOf<typeof CandidFinishImport>;

export const CandidReplacement = record('Replacement', 'The archive after its image was replaced.', {
  transaction_id: nat64,
  size: field(nat64, 'Bytes of the SQLite image.'),
  kept_as: field(
    opt(text),
    'Name of the snapshot that keeps the replaced image: restoring it undoes the replacement.',
  ),
});
export type CandidReplacement = ValueOf<typeof CandidReplacement>;

const sessionArgument = argument('session', nat64);

export const imports = room(
  'Imports',
  "Images that replace an archive's: staged beside the live one, verified, switched in by one step.",
  {
    db_begin_import: update('Begins an import session.', {
      takes: [argument('request', CandidBeginImport)],
      answers: CandidImportStatus,
      roles: GOVERNORS,
      archive: 'replaceable',
      audited: true,
    }),
    db_import_chunk: update(
      'Takes bytes in any order, of any length, and again; the checksum is XXH64 (seed 0) as 16 lower-case hexadecimal digits.',
      {
        takes: [
          archiveArgument,
          sessionArgument,
          argument('offset', nat64),
          argument('bytes', blob),
          argument('checksum', opt(text)),
        ],
        answers: nothing,
        roles: GOVERNORS,
        archive: 'replaceable',
        native: true,
        argumentLimit: MESSAGE_LIMIT,
      },
    ),
    db_import_status: query('Tells how far an import is; absent when none is under way.', {
      takes: [archiveArgument],
      answers: opt(CandidImportStatus),
      roles: KEEPERS,
      archive: 'named',
    }),
    db_missing_ranges: query(
      'Lists up to `limit` ranges (500 at most) that have not arrived, from an offset on.',
      {
        takes: [archiveArgument, sessionArgument, argument('from', nat64), argument('limit', nat32)],
        answers: CandidMissingRanges,
        roles: KEEPERS,
        archive: 'named',
      },
    ),
    db_verify_import: update(
      'Goes on with verifying for about that many instructions, 10,000,000,000 when none are named; until it is `Verified`.',
      {
        takes: [archiveArgument, sessionArgument, argument('instruction_budget', opt(nat64))],
        answers: CandidImportStatus,
        roles: GOVERNORS,
        archive: 'replaceable',
      },
    ),
    db_finish_import: update("Makes a verified image the archive's.", {
      takes: [argument('request', CandidFinishImport)],
      answers: CandidReplacement,
      roles: GOVERNORS,
      archive: 'replaceable',
      audited: true,
    }),
    db_cancel_import: update('Gives an import up; an archive that was created for it is purged.', {
      takes: [archiveArgument, sessionArgument],
      answers: nothing,
      roles: GOVERNORS,
      archive: 'named',
      audited: true,
    }),
  },
);
