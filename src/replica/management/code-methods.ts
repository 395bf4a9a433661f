import { createHash } from 'node:crypto';
import { MAXIMUM_CHUNK } from '../canister/chunk-store';
import { ErrorCode, type Reject, ReplicaError } from '../errors';
import type { InstallRequest } from '../subnet/installer';
import { type Answer, type ManagementCall, reply } from './call';
import {
  type CandidInstallMode,
  ChunkHashResult,
  type InstallChunkedCode,
  InstallChunkedCodeArgument,
  type InstallCode,
  InstallCodeArgument,
  StoredChunksResult,
  type UploadChunk,
  UploadChunkArgument,
} from './candid-code-types';
import { Refusal, refusal } from './refusal';

/** Installation whole or from chunks, and the chunk store. */
export const codeMethods: Readonly<Record<string, (call: ManagementCall) => Answer>> = {
  install_code: (call) => {
    const { mode, canister_id: id, wasm_module: wasm, arg } = call.argument<InstallCode>(InstallCodeArgument);
    return install(call, call.canister(id), wasm, mode, arg);
  },

  install_chunked_code: (call) => {
    const argument = call.argument<InstallChunkedCode>(InstallChunkedCodeArgument);
    const target = call.controlled(call.canister(argument.target_canister));
    const [storeId] = argument.store_canister;
    const store = storeId ? call.controlled(call.canister(storeId), true) : target;
    const chunks = argument.chunk_hashes_list.map(({ hash }) => {
      const chunk = store.chunks.find(hash);
      if (chunk) return chunk;
      const name = Buffer.from(hash).toString('hex');
      throw refusal(
        ErrorCode.canisterContractViolation,
        `Error from Wasm chunk store: chunk with hash ${name} was not found`,
      );
    });
    const wasm = new Uint8Array(Buffer.concat(chunks));
    const hash = createHash('sha256').update(wasm).digest();
    if (Buffer.compare(hash, argument.wasm_module_hash) !== 0) {
      throw refusal(
        ErrorCode.canisterContractViolation,
        `Error from Wasm chunk store: Wasm module hash ${Buffer.from(argument.wasm_module_hash).toString('hex')} does not match given hash ${hash.toString('hex')}`,
      );
    }
    return install(call, target, wasm, argument.mode, argument.arg);
  },

  uninstall_code: (call) => {
    call.services.uninstall(call.controlled(call.target()));
    return reply([], []);
  },

  upload_chunk: (call) => {
    const { canister_id: id, chunk } = call.argument<UploadChunk>(UploadChunkArgument);
    const { chunks } = call.controlled(call.canister(id), true);
    if (chunk.length > MAXIMUM_CHUNK) {
      throw refusal(
        ErrorCode.canisterContractViolation,
        `Error from Wasm chunk store: Wasm chunk size ${chunk.length} exceeds the maximum chunk size of ${MAXIMUM_CHUNK}`,
      );
    }
    if (chunks.isFull) {
      throw refusal(
        ErrorCode.canisterContractViolation,
        'Error from Wasm chunk store: Wasm chunk store has already reached maximum capacity',
      );
    }
    return reply([ChunkHashResult], [{ hash: chunks.add(chunk) }]);
  },

  stored_chunks: (call) => {
    const { chunks } = call.controlled(call.target(), true);
    return reply([StoredChunksResult], [chunks.hashes.map((hash) => ({ hash }))]);
  },

  clear_chunk_store: (call) => {
    call.controlled(call.target(), true).chunks.clear();
    return reply([], []);
  },
};

function install(
  call: ManagementCall,
  canister: ReturnType<ManagementCall['canister']>,
  wasm: Uint8Array,
  mode: CandidInstallMode,
  argument: Uint8Array,
): Answer {
  const request: InstallRequest = { ...installMode(mode), wasm, argument, sender: call.request.caller };
  const reject = installed(() => call.services.install(canister, request));
  if (reject) throw new Refusal(reject);
  return reply([], []);
}

/** A module that this replica cannot run is refused like one that the IC would refuse. */
function installed(work: () => Reject | undefined): Reject | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof ReplicaError) throw refusal(ErrorCode.canisterInvalidWasm, error.message);
    throw error;
  }
}

function installMode(mode: CandidInstallMode): Pick<InstallRequest, 'mode' | 'skipPreUpgrade'> {
  if ('install' in mode) return { mode: 'install' };
  if ('reinstall' in mode) return { mode: 'reinstall' };
  const [options] = mode.upgrade;
  if (options?.wasm_memory_persistence[0]?.keep !== undefined) {
    throw refusal(
      ErrorCode.canisterContractViolation,
      'upgrades that keep the heap do not run in the embedded replica',
    );
  }
  return { mode: 'upgrade', skipPreUpgrade: options?.skip_pre_upgrade[0] ?? false };
}
