import type { Canister, QueryStatistics, WaitingCall } from '../canister/canister';
import type { LogRecord } from '../canister/canister-log';
import type { CanisterSnapshot } from '../canister/canister-snapshot';
import { ChunkStore } from '../canister/chunk-store';
import { compile } from '../instance/compiled-module';
import { StableMemory } from '../instance/stable-memory';
import type { CallContext } from '../subnet/call-context';
import type { Request } from '../subnet/messages';
import { imageBytes, type PagedMemory, type SparseImage } from './paged-memory';
import { restoreSettings, type SettingsState, saveSettings } from './settings-state';

/** Where the parts of a state go that are too large to be written with every message. */
export interface StateParts {
  /** @param memory one that changes, or the bytes of one that does not @returns the number by which the state names it */
  memory(memory: PagedMemory | Uint8Array): number;
  /** @returns the SHA-256 by which the state names the bytes */
  blob(bytes: Uint8Array, hash: Uint8Array): Uint8Array;
}

/** Where they come from again. */
export interface SavedParts {
  memory(number: number): SparseImage;
  blob(hash: Uint8Array): Uint8Array;
}

interface CodeState {
  readonly module: Uint8Array;
  readonly globals: readonly unknown[];
  readonly heap: number;
  readonly heapBytes: number;
}

interface SnapshotState extends CodeState {
  readonly id: Uint8Array;
  readonly takenAt: bigint;
  readonly totalSize: number;
  readonly stable: number;
  readonly stablePages: number;
  readonly chunks: Uint8Array[];
  readonly certifiedData: Uint8Array;
}

/** A canister as plain data. */
export interface CanisterState {
  readonly id: Uint8Array;
  readonly status: Canister['status'];
  readonly version: bigint;
  readonly balance: bigint;
  readonly paidUntil: bigint;
  readonly settings: SettingsState;
  readonly code: CodeState | undefined;
  readonly stable: number;
  readonly stablePages: number;
  readonly globalTimer: bigint;
  readonly certifiedData: Uint8Array;
  readonly contexts: Set<CallContext>;
  readonly waitingCalls: Map<number, WaitingCall>;
  readonly stopRequests: Request[];
  readonly log: { readonly lines: readonly LogRecord[]; readonly next: bigint };
  readonly chunks: Uint8Array[];
  readonly snapshots: SnapshotState[];
  readonly snapshotsTaken: bigint;
  readonly queryStatistics: QueryStatistics;
  readonly lowMemorySignalled: boolean;
}

export function saveCanister(canister: Canister, parts: StateParts): CanisterState {
  const { id, status, version, balance, paidUntil, stable, globalTimer, certifiedData } = canister;
  const { contexts, waitingCalls, stopRequests, log, snapshotsTaken, queryStatistics } = canister;
  const instance = canister.installation?.instance;
  return {
    id,
    status,
    version,
    balance,
    paidUntil,
    settings: saveSettings(canister.settings),
    code: instance && {
      module: parts.blob(instance.code.wasm, instance.code.hash),
      globals: instance.savedGlobals,
      heap: parts.memory(instance.heap),
      heapBytes: canister.heapBytes,
    },
    stable: parts.memory(stable),
    stablePages: stable.pages,
    globalTimer,
    certifiedData,
    contexts,
    waitingCalls,
    stopRequests,
    log: { lines: log.records, next: log.next },
    chunks: saveChunks(canister.chunks, parts),
    snapshots: [...canister.snapshots.values()].map((snapshot) => saveSnapshot(snapshot, parts)),
    snapshotsTaken,
    queryStatistics,
    lowMemorySignalled: canister.lowMemorySignalled,
  };
}

/** @param canister new, with id and home */
export function restoreCanister(canister: Canister, state: CanisterState, parts: SavedParts): void {
  const { status, version, balance, paidUntil, globalTimer, certifiedData } = state;
  const { snapshotsTaken, lowMemorySignalled, code } = state;
  Object.assign(canister, { status, version, balance, paidUntil, globalTimer, certifiedData });
  Object.assign(canister, { snapshotsTaken, lowMemorySignalled });
  canister.settings = restoreSettings(state.settings);
  canister.stable = StableMemory.of(state.stablePages, parts.memory(state.stable));
  canister.chunks = restoreChunks(state.chunks, parts);
  canister.log.restore(state.log.lines, state.log.next);
  Object.assign(canister.queryStatistics, state.queryStatistics);
  canister.stopRequests.push(...state.stopRequests);
  for (const context of state.contexts) canister.contexts.add(context);
  for (const [callId, call] of state.waitingCalls) canister.waitingCalls.set(callId, call);
  for (const saved of state.snapshots) {
    const snapshot = restoreSnapshot(saved, parts);
    canister.snapshots.set(Buffer.from(snapshot.id).toString('hex'), snapshot);
  }
  if (!code) return;
  canister.installation = canister.prepare(compile(parts.blob(code.module), false));
  canister.installation.instance.load({
    heap: imageBytes(parts.memory(code.heap), code.heapBytes),
    globals: code.globals,
  });
}

function saveSnapshot(snapshot: CanisterSnapshot, parts: StateParts): SnapshotState {
  const { id, takenAt, totalSize, code, instance, stable, chunks, certifiedData } = snapshot;
  return {
    id,
    takenAt,
    totalSize,
    module: parts.blob(code.wasm, code.hash),
    globals: instance.globals,
    heap: parts.memory(instance.heap),
    heapBytes: instance.heap.length,
    stable: parts.memory(stable),
    stablePages: stable.pages,
    chunks: saveChunks(chunks, parts),
    certifiedData,
  };
}

function restoreSnapshot(state: SnapshotState, parts: SavedParts): CanisterSnapshot {
  const { id, takenAt, totalSize, globals, certifiedData } = state;
  return {
    id,
    takenAt,
    totalSize,
    code: compile(parts.blob(state.module), false),
    instance: { heap: imageBytes(parts.memory(state.heap), state.heapBytes), globals },
    stable: StableMemory.of(state.stablePages, parts.memory(state.stable)),
    chunks: restoreChunks(state.chunks, parts),
    certifiedData,
  };
}

function saveChunks(chunks: ChunkStore, parts: StateParts): Uint8Array[] {
  return chunks.hashes.map((hash) => parts.blob(chunks.find(hash)!, hash));
}

function restoreChunks(hashes: readonly Uint8Array[], parts: SavedParts): ChunkStore {
  const store = new ChunkStore();
  for (const hash of hashes) store.add(parts.blob(hash));
  return store;
}
