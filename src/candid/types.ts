import type { IDL } from '@dfinity/candid';

/** The `IDL` module that an agent, PocketIC or Azle hands in; each checks types against its own classes. */
export type IdlModule = Parameters<IDL.InterfaceFactory>[0]['IDL'];

/** Every Candid type of the service, built with the given `IDL` module. Their TypeScript shapes are in `shapes.ts`. */
export function candidTypes(IDL: IdlModule) {
  const Value = IDL.Variant({
    Null: IDL.Null,
    Integer: IDL.Int64,
    Real: IDL.Float64,
    Text: IDL.Text,
    Blob: IDL.Vec(IDL.Nat8),
  });
  const Failure = IDL.Record({
    code: IDL.Text,
    message: IDL.Text,
    extended_code: IDL.Opt(IDL.Nat32),
    offset: IDL.Opt(IDL.Nat32),
  });
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
  const Execution = IDL.Record({
    columns: IDL.Vec(IDL.Text),
    rows: IDL.Vec(IDL.Vec(Value)),
    changes: IDL.Nat64,
    last_insert_rowid: IDL.Int64,
  });
  const MemoryReport = IDL.Record({
    stable_pages: IDL.Nat64,
    bucket_size_in_pages: IDL.Nat16,
    allocated_buckets: IDL.Nat32,
    owned_buckets: IDL.Nat32,
    free_buckets: IDL.Nat32,
    spare_buckets: IDL.Nat32,
    never_used_buckets: IDL.Nat32,
    memories: IDL.Vec(IDL.Record({ memory_id: IDL.Nat8, pages: IDL.Nat64, buckets: IDL.Nat32 })),
  });
  const SlotSpace = IDL.Record({
    logical_size: IDL.Nat64,
    pages_used: IDL.Nat32,
    pages_free: IDL.Nat32,
    pages_held_by_snapshots: IDL.Nat32,
    buckets_owned: IDL.Nat32,
    buckets_returnable: IDL.Nat32,
  });
  const Compaction = IDL.Record({
    done: IDL.Bool,
    buckets_returned: IDL.Nat32,
    buckets_returnable: IDL.Nat32,
  });
  const InstallOptions = IDL.Opt(IDL.Record({ bucket_size_in_pages: IDL.Opt(IDL.Nat16) }));
  const CreateArchive = IDL.Record({ id: IDL.Text, owner: IDL.Opt(IDL.Principal) });
  const resultOf = (ok: IDL.Type): IDL.Type => IDL.Variant({ ok, err: Failure });
  return {
    Archive,
    ArchiveDescription,
    Compaction,
    CreateArchive,
    Execution,
    Failure,
    InstallOptions,
    MemoryReport,
    SlotSpace,
    Value,
    resultOf,
  };
}
