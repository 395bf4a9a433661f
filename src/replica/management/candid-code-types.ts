import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';

/** Candid of the management methods that concern code: installation, chunks, snapshots, log. */
const Blob = IDL.Vec(IDL.Nat8);
const ChunkHash = IDL.Record({ hash: Blob });

const InstallMode = IDL.Variant({
  install: IDL.Null,
  reinstall: IDL.Null,
  upgrade: IDL.Opt(
    IDL.Record({
      skip_pre_upgrade: IDL.Opt(IDL.Bool),
      wasm_memory_persistence: IDL.Opt(IDL.Variant({ keep: IDL.Null, replace: IDL.Null })),
    }),
  ),
});

export type CandidInstallMode =
  | { install: null }
  | { reinstall: null }
  | {
      readonly upgrade:
        | []
        | [
            {
              readonly skip_pre_upgrade: [] | [boolean];
              readonly wasm_memory_persistence: [] | [{ readonly keep?: null; readonly replace?: null }];
            },
          ];
    };

export const InstallCodeArgument = IDL.Record({
  mode: InstallMode,
  canister_id: IDL.Principal,
  wasm_module: Blob,
  arg: Blob,
});

export interface InstallCode {
  readonly mode: CandidInstallMode;
  readonly canister_id: Principal;
  readonly wasm_module: Uint8Array;
  readonly arg: Uint8Array;
}

export const InstallChunkedCodeArgument = IDL.Record({
  mode: InstallMode,
  target_canister: IDL.Principal,
  store_canister: IDL.Opt(IDL.Principal),
  chunk_hashes_list: IDL.Vec(ChunkHash),
  wasm_module_hash: Blob,
  arg: Blob,
});

export interface InstallChunkedCode {
  readonly mode: CandidInstallMode;
  readonly target_canister: Principal;
  readonly store_canister: [] | [Principal];
  readonly chunk_hashes_list: { readonly hash: Uint8Array }[];
  readonly wasm_module_hash: Uint8Array;
  readonly arg: Uint8Array;
}

export const UploadChunkArgument = IDL.Record({ canister_id: IDL.Principal, chunk: Blob });

export interface UploadChunk {
  readonly canister_id: Principal;
  readonly chunk: Uint8Array;
}

export const ChunkHashResult = ChunkHash;
export const StoredChunksResult = IDL.Vec(ChunkHash);

export const TakeSnapshotArgument = IDL.Record({
  canister_id: IDL.Principal,
  replace_snapshot: IDL.Opt(Blob),
});

export interface TakeSnapshot {
  readonly canister_id: Principal;
  readonly replace_snapshot: [] | [Uint8Array];
}

/** Argument of load_canister_snapshot and delete_canister_snapshot. */
export const SnapshotArgument = IDL.Record({ canister_id: IDL.Principal, snapshot_id: Blob });

export interface SnapshotReference {
  readonly canister_id: Principal;
  readonly snapshot_id: Uint8Array;
}

export const SnapshotResult = IDL.Record({
  id: Blob,
  taken_at_timestamp: IDL.Nat64,
  total_size: IDL.Nat64,
});
export const SnapshotListResult = IDL.Vec(SnapshotResult);

export const CanisterLogsResult = IDL.Record({
  canister_log_records: IDL.Vec(IDL.Record({ idx: IDL.Nat64, timestamp_nanos: IDL.Nat64, content: Blob })),
});
