import { CONCERNED, CONTROLLERS, GOVERNORS } from './access';
import {
  CandidArchive,
  CandidArchiveAccess,
  CandidArchiveAccessChange,
  CandidArchiveLimits,
  CandidArchiveLimitsChange,
  CandidArchiveSettings,
  CandidArchiveSettingsChange,
  CandidArchiveState,
  CandidLabel,
} from './archive-types';
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
  vec,
} from './declare';

export const CandidBlock = record('Block', 'Why reads or writes are refused.', {
  reason: text,
  by_controller: field(bool, 'Only controllers lift a block that a controller set.'),
});
export type CandidBlock = ValueOf<typeof CandidBlock>;

const CandidReceived = record('ReceivedBytes', 'How far an import has come, in bytes.', {
  received: nat64,
  total: nat64,
});

export const CandidArchiveDescription = record('ArchiveDescription', 'An archive and what its slot holds.', {
  archive: CandidArchive,
  size: field(nat64, 'Bytes of the SQLite image.'),
  page_size: field(nat32, "SQLite's page size; 0 while there is no page."),
  transaction_id: field(nat64, 'One more with every published transaction.'),
  schema_version: field(nat32, "SQLite's schema cookie."),
  import: opt(CandidReceived),
  chosen_page_size: field(nat32, 'The page size that it was created with.'),
  recoverable_until: field(opt(nat64), 'When a deleted archive can be purged, in nanoseconds since 1970.'),
  damage: field(opt(text), 'Why it is quarantined.'),
  access: field(opt(CandidArchiveAccess), 'Told to its owner and to controllers only.'),
  blocked_reads: opt(CandidBlock),
  blocked_writes: opt(CandidBlock),
  settings: CandidArchiveSettings,
  limits: CandidArchiveLimits,
});
export type CandidArchiveDescription = ValueOf<typeof CandidArchiveDescription>;

export const CandidFirstContent = variant('FirstContent', 'How a new archive begins.', {
  Empty: field(nothing, 'Ready for SQL.'),
  Import: field(nothing, 'Closed until its first image is there.'),
  Claim: field(nothing, 'As the archive that lies unknown in the slot named.'),
});
export type CandidFirstContent = ValueOf<typeof CandidFirstContent>;

export const CandidCreateArchive = record('CreateArchive', 'A new archive.', {
  id: text,
  owner: field(opt(principal), 'The caller when absent.'),
  slot: field(opt(nat16), 'Any free slot when absent.'),
  content: field(opt(CandidFirstContent), 'Empty when absent.'),
  page_size: field(opt(nat32), 'A power of two from 512 to 65,536; 4,096 bytes when absent.'),
  labels: opt(vec(CandidLabel)),
  settings: field(opt(CandidArchiveSettingsChange), "What is to differ from the canister's defaults."),
  limits: field(opt(CandidArchiveLimitsChange), "What is to differ from the canister's defaults."),
});
export type CandidCreateArchive = ValueOf<typeof CandidCreateArchive>;

export const CandidLabelFilter = record('LabelFilter', 'Archives with a label of the key.', {
  key: text,
  value: field(opt(text), 'Any value when absent.'),
});
export type CandidLabelFilter = ValueOf<typeof CandidLabelFilter>;

export const CandidArchiveFilter = record(
  'ArchiveFilter',
  'Which archives are listed; every part that is there must hold.',
  {
    label: opt(CandidLabelFilter),
    state: field(opt(CandidArchiveState), 'Those that have an id when absent.'),
    owner: opt(principal),
    cursor: field(opt(text), "The last page's `next`."),
    limit: field(opt(nat32), 'Most archives on the page; all of them fit, so that no limit is needed.'),
  },
);
export type CandidArchiveFilter = ValueOf<typeof CandidArchiveFilter>;

export const CandidArchivePage = record('ArchivePage', 'A part of a list of archives.', {
  archives: vec(CandidArchive),
  next: field(opt(text), 'The `cursor` of the next page; absent on the last one.'),
});
export type CandidArchivePage = ValueOf<typeof CandidArchivePage>;

export const CandidBlockedUse = variant('BlockedUse', 'What is blocked.', {
  Reads: field(nothing, 'Stops statements that write as well.'),
  Writes: nothing,
});
export type CandidBlockedUse = ValueOf<typeof CandidBlockedUse>;

/** What methods answer that change an archive's record. */
const changed = { answers: CandidArchive, audited: true } as const;

export const archives = room('Archives', 'The life of archives, who may use them, and their settings.', {
  create_archive: update('Makes an archive in a free slot.', {
    takes: [argument('request', CandidCreateArchive)],
    ...changed,
    roles: CONTROLLERS,
  }),
  list_archives: query(
    'Lists the archives that the caller may use; all of them for operators and controllers.',
    {
      takes: [argument('filter', opt(CandidArchiveFilter))],
      answers: CandidArchivePage,
      roles: ['signed'],
    },
  ),
  describe_archive: query('Tells everything about an archive but its rows.', {
    takes: [archiveArgument],
    answers: CandidArchiveDescription,
    roles: CONCERNED,
    archive: 'any',
  }),
  rename_archive: update('Gives an archive another id; references by the old one grow stale.', {
    takes: [archiveArgument, argument('id', text)],
    ...changed,
    roles: CONTROLLERS,
    archive: 'named',
  }),
  delete_archive: update('Frees the id; the data can be recovered for a while.', {
    takes: [archiveArgument],
    ...changed,
    roles: GOVERNORS,
    archive: 'named',
  }),
  recover_archive: update(
    'Brings a deleted archive back, named by `id@generation`; under its old id unless another is given.',
    {
      takes: [archiveArgument, argument('id', opt(text))],
      ...changed,
      roles: GOVERNORS,
      archive: 'deleted',
    },
  ),
  purge_archive: update(
    'Gives up a deleted archive for ever; `true` when its slot is free, and a timer goes on otherwise.',
    {
      takes: [archiveArgument],
      answers: bool,
      audited: true,
      roles: CONTROLLERS,
      archive: 'any',
    },
  ),
  set_archive_owner: update('Hands an archive to another principal.', {
    takes: [archiveArgument, argument('owner', principal)],
    ...changed,
    roles: GOVERNORS,
    archive: 'named',
  }),
  set_archive_access: update('Changes who may use an archive besides its owner.', {
    takes: [archiveArgument, argument('change', CandidArchiveAccessChange)],
    ...changed,
    roles: GOVERNORS,
    archive: 'named',
  }),
  set_archive_labels: update('Replaces all labels.', {
    takes: [archiveArgument, argument('labels', vec(CandidLabel))],
    ...changed,
    roles: CONTROLLERS,
    archive: 'named',
  }),
  configure_archive: update("Changes settings that are an owner's.", {
    takes: [archiveArgument, argument('change', CandidArchiveSettingsChange)],
    ...changed,
    roles: GOVERNORS,
    archive: 'named',
  }),
  limit_archive: update("Changes limits, which are a controller's.", {
    takes: [archiveArgument, argument('change', CandidArchiveLimitsChange)],
    ...changed,
    roles: CONTROLLERS,
    archive: 'named',
  }),
  block_archive: update('Refuses reads or writes, with a reason that the refusal shows.', {
    takes: [archiveArgument, argument('use', CandidBlockedUse), argument('reason', text)],
    ...changed,
    roles: GOVERNORS,
    archive: 'named',
  }),
  unblock_archive: update("Lifts a block; a controller's only for controllers.", {
    takes: [archiveArgument, argument('use', CandidBlockedUse)],
    ...changed,
    roles: GOVERNORS,
    archive: 'named',
  }),
  quarantine_archive: update('Takes an archive out of service whose storage is in doubt.', {
    takes: [archiveArgument, argument('reason', text)],
    ...changed,
    roles: CONTROLLERS,
    archive: 'stored',
  }),
  lift_quarantine: update('Puts a quarantined archive back into service, if its slot holds it.', {
    takes: [archiveArgument],
    ...changed,
    roles: CONTROLLERS,
    archive: 'named',
  }),
});
