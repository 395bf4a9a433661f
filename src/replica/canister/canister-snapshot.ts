import type { InstanceImage } from '../instance/canister-instance';
import type { CompiledModule } from '../instance/compiled-module';
import type { StableMemory } from '../instance/stable-memory';
import { Canister } from './canister';
import type { ChunkStore } from './chunk-store';

/** A canister's code and memories at one moment; balance, settings, timer, log and open calls are no part of it. */
export interface CanisterSnapshot {
  readonly id: Uint8Array;
  /** Nanoseconds since 1970. */
  readonly takenAt: bigint;
  /** Bytes that the canister pays storage for. */
  readonly totalSize: number;
  readonly code: CompiledModule;
  readonly instance: InstanceImage;
  readonly stable: StableMemory;
  readonly chunks: ChunkStore;
  readonly certifiedData: Uint8Array;
}

/** Bytes that a snapshot of the canister would take. */
export function snapshotSize({ installation, heapBytes, stable, chunks, certifiedData }: Canister): number {
  const moduleBytes = installation?.instance.code.wasm.length ?? 0;
  return heapBytes + stable.byteLength + moduleBytes + chunks.byteLength + certifiedData.length;
}

/** @param ordinal makes the id, together with the canister's own */
export function takeSnapshot(canister: Canister, ordinal: bigint, time: bigint): CanisterSnapshot {
  const { instance } = canister.installation!;
  const image = instance.capture();
  const id = new Uint8Array(8 + canister.id.length);
  new DataView(id.buffer).setBigUint64(0, ordinal);
  id.set(canister.id, 8);
  const { chunks, stable, certifiedData } = canister;
  return {
    id,
    takenAt: time,
    totalSize: snapshotSize(canister),
    code: instance.code,
    instance: image,
    stable: stable.committedCopy(),
    chunks: chunks.copy(),
    certifiedData,
  };
}

/** Brings the snapshot's code and memories back. The snapshot stays as it is. */
export function loadSnapshot(canister: Canister, snapshot: CanisterSnapshot): void {
  canister.stable = snapshot.stable.committedCopy();
  canister.chunks = snapshot.chunks.copy();
  canister.certifiedData = snapshot.certifiedData;
  canister.installation = canister.prepare(snapshot.code);
  canister.installation.instance.load(snapshot.instance);
  canister.version++;
}

/**
 * A second canister in the committed state of the first, for a query that runs while the first holds changes of its own. Both write to one
 * list of execution records and one profile.
 */
export function shadowOf(canister: Canister): Canister {
  const { principal, subnet, settings, balance, records, profile } = canister;
  const shadow = new Canister(principal, subnet, settings, balance, records, profile);
  shadow.stable = canister.stable.committedCopy();
  shadow.certifiedData = canister.certifiedData;
  shadow.globalTimer = canister.globalTimer;
  shadow.status = canister.status;
  const { instance } = canister.installation!;
  shadow.installation = shadow.prepare(instance.code);
  shadow.installation.instance.load(instance.capture());
  shadow.version = canister.version;
  return shadow;
}
