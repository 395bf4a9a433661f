import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import type { PocketIc } from '../../../src/replica';
import {
  CanisterLogsResult,
  ChunkHashResult,
  InstallChunkedCodeArgument,
  SnapshotArgument,
  SnapshotListResult,
  SnapshotResult,
  StoredChunksResult,
  TakeSnapshotArgument,
  UploadChunkArgument,
} from '../../../src/replica/management/candid-code-types';
import {
  CanisterIdRecord,
  ProvisionalCreateArgument,
  TopUpArgument,
} from '../../../src/replica/management/candid-types';

const METHODS: Readonly<Record<string, readonly [IDL.Type, ...IDL.Type[]]>> = {
  fetch_canister_logs: [CanisterIdRecord, CanisterLogsResult],
  upload_chunk: [UploadChunkArgument, ChunkHashResult],
  stored_chunks: [CanisterIdRecord, StoredChunksResult],
  clear_chunk_store: [CanisterIdRecord],
  install_chunked_code: [InstallChunkedCodeArgument],
  uninstall_code: [CanisterIdRecord],
  provisional_create_canister_with_cycles: [ProvisionalCreateArgument, CanisterIdRecord],
  provisional_top_up_canister: [TopUpArgument],
  delete_canister: [CanisterIdRecord],
  stop_canister: [CanisterIdRecord],
  start_canister: [CanisterIdRecord],
  take_canister_snapshot: [TakeSnapshotArgument, SnapshotResult],
  load_canister_snapshot: [SnapshotArgument],
  list_canister_snapshots: [CanisterIdRecord, SnapshotListResult],
  delete_canister_snapshot: [SnapshotArgument],
};

const canisterId = Principal.managementCanister();

/** The management canister's methods, called by a user as PocketIC's client calls them. */
export class Management {
  constructor(
    private readonly pic: PocketIc,
    private readonly sender: Principal = Principal.anonymous(),
  ) {}

  async update<Result = undefined>(method: string, argument: object): Promise<Result> {
    const [type, ...results] = METHODS[method]!;
    const arg = new Uint8Array(IDL.encode([type], [argument]));
    const reply = await this.pic.updateCall({ canisterId, method, arg, sender: this.sender });
    return IDL.decode(results, reply)[0] as Result;
  }

  async query<Result>(method: string, argument: object): Promise<Result> {
    const [type, ...results] = METHODS[method]!;
    const arg = new Uint8Array(IDL.encode([type], [argument]));
    const reply = await this.pic.queryCall({ canisterId, method, arg, sender: this.sender });
    return IDL.decode(results, reply)[0] as Result;
  }
}
