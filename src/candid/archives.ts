import type { Principal } from '@dfinity/principal';
import {
  archiveTypes,
  type CandidArchive,
  type CandidArchiveAccess,
  type CandidArchiveLimits,
  type CandidArchiveSettings,
  type CandidArchiveState,
  type CandidLabel,
} from './archive-types';
import type { IdlModule } from './idl';
import { queryMethod, updateMethod } from './method';
import { type CandidResult, resultTypes } from './result';

/** Why reads or writes are refused; only controllers lift a block that a controller set. */
export interface CandidBlock {
  reason: string;
  by_controller: boolean;
}

/**
 * An archive and what its slot holds: bytes of the SQLite image, SQLite's page size (0 while there is no page), the
 * transaction id (one more with every published transaction), SQLite's schema cookie, and how far an import has come.
 * `chosen_page_size` is what it was created with, `recoverable_until` when a deleted archive can be purged, in
 * nanoseconds since 1970, and `damage` why it is quarantined. `access` is told to its owner and to controllers only.
 */
export interface CandidArchiveDescription {
  archive: CandidArchive;
  size: bigint;
  page_size: number;
  transaction_id: bigint;
  schema_version: number;
  import: [] | [{ received: bigint; total: bigint }];
  chosen_page_size: number;
  recoverable_until: [] | [bigint];
  damage: [] | [string];
  access: [] | [CandidArchiveAccess];
  blocked_reads: [] | [CandidBlock];
  blocked_writes: [] | [CandidBlock];
  settings: CandidArchiveSettings;
  limits: CandidArchiveLimits;
}

/** How a new archive begins: empty, waiting for its first image, or as the archive that lies unknown in the slot named. */
export type CandidFirstContent = { Empty: null } | { Import: null } | { Claim: null };

/**
 * A new archive. Absent are: the caller for `owner`, any free slot for `slot`, empty for `content`, 4,096 bytes for
 * `page_size`, the canister's defaults for `settings` and `limits`.
 */
export interface CandidCreateArchive {
  id: string;
  owner: [] | [Principal];
  slot: [] | [number];
  content: [] | [CandidFirstContent];
  page_size: [] | [number];
  labels: [] | [CandidLabel[]];
  settings: [] | [CandidArchiveSettings];
  limits: [] | [CandidArchiveLimits];
}

/** Which archives are listed; every part that is there must hold. Without a state, those that have an id. */
export interface CandidArchiveFilter {
  label: [] | [{ key: string; value: [] | [string] }];
  state: [] | [CandidArchiveState];
  owner: [] | [Principal];
  /** The last page's `next`. */
  cursor: [] | [string];
  /** Most archives on the page; all of them fit, so that no limit is needed. */
  limit: [] | [number];
}

export interface CandidArchivePage {
  archives: CandidArchive[];
  next: [] | [string];
}

/** What is blocked. A block on reads stops statements that write as well. */
export type CandidBlockedUse = { Reads: null } | { Writes: null };

/** The life of archives. An archive is named by `id` or `id@generation`. */
export interface ArchivesService {
  create_archive(request: CandidCreateArchive): Promise<CandidResult<CandidArchive>>;
  list_archives(filter: [] | [CandidArchiveFilter]): Promise<CandidResult<CandidArchivePage>>;
  describe_archive(archive: string): Promise<CandidResult<CandidArchiveDescription>>;
  rename_archive(archive: string, id: string): Promise<CandidResult<CandidArchive>>;
  /** Frees the id; the data can be recovered for a while. */
  delete_archive(archive: string): Promise<CandidResult<CandidArchive>>;
  /** Named by `id@generation`; under its old id unless another is given. */
  recover_archive(archive: string, id: [] | [string]): Promise<CandidResult<CandidArchive>>;
  /** A deleted archive is lost from here on. `true` when its slot is free; a timer goes on otherwise. */
  purge_archive(archive: string): Promise<CandidResult<boolean>>;
  set_archive_owner(archive: string, owner: Principal): Promise<CandidResult<CandidArchive>>;
  /** Replaces all of it. */
  set_archive_access(archive: string, access: CandidArchiveAccess): Promise<CandidResult<CandidArchive>>;
  /** Replaces all of them. */
  set_archive_labels(archive: string, labels: CandidLabel[]): Promise<CandidResult<CandidArchive>>;
  /** Replaces all settings. */
  configure_archive(archive: string, settings: CandidArchiveSettings): Promise<CandidResult<CandidArchive>>;
  /** Replaces all limits. */
  limit_archive(archive: string, limits: CandidArchiveLimits): Promise<CandidResult<CandidArchive>>;
  /** Refuses reads or writes, with a reason that the refusal shows. */
  block_archive(archive: string, use: CandidBlockedUse, reason: string): Promise<CandidResult<CandidArchive>>;
  unblock_archive(archive: string, use: CandidBlockedUse): Promise<CandidResult<CandidArchive>>;
  /** Takes an archive out of service whose storage is in doubt. */
  quarantine_archive(archive: string, reason: string): Promise<CandidResult<CandidArchive>>;
  lift_quarantine(archive: string): Promise<CandidResult<CandidArchive>>;
}

export function archivesMethods(IDL: IdlModule) {
  const resultOf = resultTypes(IDL);
  const { Archive, State, Label, Access, Settings, Limits } = archiveTypes(IDL);
  const Block = IDL.Record({ reason: IDL.Text, by_controller: IDL.Bool });
  const Description = IDL.Record({
    archive: Archive,
    size: IDL.Nat64,
    page_size: IDL.Nat32,
    transaction_id: IDL.Nat64,
    schema_version: IDL.Nat32,
    import: IDL.Opt(IDL.Record({ received: IDL.Nat64, total: IDL.Nat64 })),
    chosen_page_size: IDL.Nat32,
    recoverable_until: IDL.Opt(IDL.Nat64),
    damage: IDL.Opt(IDL.Text),
    access: IDL.Opt(Access),
    blocked_reads: IDL.Opt(Block),
    blocked_writes: IDL.Opt(Block),
    settings: Settings,
    limits: Limits,
  });
  const CreateArchive = IDL.Record({
    id: IDL.Text,
    owner: IDL.Opt(IDL.Principal),
    slot: IDL.Opt(IDL.Nat16),
    content: IDL.Opt(IDL.Variant({ Empty: IDL.Null, Import: IDL.Null, Claim: IDL.Null })),
    page_size: IDL.Opt(IDL.Nat32),
    labels: IDL.Opt(IDL.Vec(Label)),
    settings: IDL.Opt(Settings),
    limits: IDL.Opt(Limits),
  });
  const Filter = IDL.Record({
    label: IDL.Opt(IDL.Record({ key: IDL.Text, value: IDL.Opt(IDL.Text) })),
    state: IDL.Opt(State),
    owner: IDL.Opt(IDL.Principal),
    cursor: IDL.Opt(IDL.Text),
    limit: IDL.Opt(IDL.Nat32),
  });
  const Page = IDL.Record({ archives: IDL.Vec(Archive), next: IDL.Opt(IDL.Text) });
  const Use = IDL.Variant({ Reads: IDL.Null, Writes: IDL.Null });
  const changed = resultOf(Archive);
  return {
    create_archive: updateMethod([CreateArchive], changed),
    list_archives: queryMethod([IDL.Opt(Filter)], resultOf(Page)),
    describe_archive: queryMethod([IDL.Text], resultOf(Description)),
    rename_archive: updateMethod([IDL.Text, IDL.Text], changed),
    delete_archive: updateMethod([IDL.Text], changed),
    recover_archive: updateMethod([IDL.Text, IDL.Opt(IDL.Text)], changed),
    purge_archive: updateMethod([IDL.Text], resultOf(IDL.Bool)),
    set_archive_owner: updateMethod([IDL.Text, IDL.Principal], changed),
    set_archive_access: updateMethod([IDL.Text, Access], changed),
    set_archive_labels: updateMethod([IDL.Text, IDL.Vec(Label)], changed),
    configure_archive: updateMethod([IDL.Text, Settings], changed),
    limit_archive: updateMethod([IDL.Text, Limits], changed),
    block_archive: updateMethod([IDL.Text, Use, IDL.Text], changed),
    unblock_archive: updateMethod([IDL.Text, Use], changed),
    quarantine_archive: updateMethod([IDL.Text, IDL.Text], changed),
    lift_quarantine: updateMethod([IDL.Text], changed),
  };
}
