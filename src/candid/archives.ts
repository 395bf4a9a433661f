import type { Principal } from '@dfinity/principal';
import type { IdlModule } from './idl';
import { queryMethod, updateMethod } from './method';
import { type CandidResult, resultTypes } from './result';

/** An archive as the catalog knows it; `created_at` in nanoseconds since 1970. */
export interface CandidArchive {
  id: string;
  slot: number;
  generation: bigint;
  owner: Principal;
  created_at: bigint;
}

/**
 * An archive and what its slot holds: bytes of the SQLite image, SQLite's page size (0 while there is no page), the
 * transaction id (one more with every published transaction), SQLite's schema cookie, and how far an import has come.
 */
export interface CandidArchiveDescription {
  archive: CandidArchive;
  size: bigint;
  page_size: number;
  transaction_id: bigint;
  schema_version: number;
  import: [] | [{ received: bigint; total: bigint }];
}

/** Who gets a new archive; the caller when `owner` is absent. */
export interface CandidCreateArchive {
  id: string;
  owner: [] | [Principal];
}

/** The life of archives. */
export interface ArchivesService {
  create_archive(request: CandidCreateArchive): Promise<CandidResult<CandidArchive>>;
  list_archives(): Promise<CandidResult<CandidArchive[]>>;
  describe_archive(archive: string): Promise<CandidResult<CandidArchiveDescription>>;
}

export function archivesMethods(IDL: IdlModule) {
  const resultOf = resultTypes(IDL);
  const Archive = IDL.Record({
    id: IDL.Text,
    slot: IDL.Nat16,
    generation: IDL.Nat64,
    owner: IDL.Principal,
    created_at: IDL.Nat64,
  });
  const ArchiveDescription = IDL.Record({
    archive: Archive,
    size: IDL.Nat64,
    page_size: IDL.Nat32,
    transaction_id: IDL.Nat64,
    schema_version: IDL.Nat32,
    import: IDL.Opt(IDL.Record({ received: IDL.Nat64, total: IDL.Nat64 })),
  });
  const CreateArchive = IDL.Record({ id: IDL.Text, owner: IDL.Opt(IDL.Principal) });
  return {
    create_archive: updateMethod([CreateArchive], resultOf(Archive)),
    list_archives: queryMethod([], resultOf(IDL.Vec(Archive))),
    describe_archive: queryMethod([IDL.Text], resultOf(ArchiveDescription)),
  };
}
