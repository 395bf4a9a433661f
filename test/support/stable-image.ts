import { readManager, readVirtualMemory, writeVirtualMemory } from '../native/storage/manager-image';
import type { InstalledTabularium } from './tabularium';

const SIZES_AT = 40;
const OWNERS_AT = 2_080;
const NO_OWNER = 255;

/** A canister's stable memory, changed from outside as faulty hardware or other software would. */
export class StableImage {
  readonly #canister: InstalledTabularium;
  readonly #bytes: Uint8Array;

  constructor(canister: InstalledTabularium) {
    const { inspect } = canister;
    this.#canister = canister;
    this.#bytes = inspect.readStable(0, inspect.stableBytes);
  }

  /** Changes one byte of a virtual memory. */
  flip(memoryId: number, offset: number): void {
    const byte = readVirtualMemory(this.#bytes, memoryId)[offset]!;
    this.overwrite(memoryId, offset, new Uint8Array([byte ^ 0xff]));
  }

  overwrite(memoryId: number, offset: number, bytes: Uint8Array): void {
    writeVirtualMemory(this.#bytes, memoryId, offset, bytes);
  }

  /** Makes a memory what another one of the same size is. */
  copy(from: number, to: number): void {
    this.overwrite(to, 0, readVirtualMemory(this.#bytes, from));
  }

  /** Takes all buckets of a memory away. */
  empty(memoryId: number): void {
    const { owners } = readManager(this.#bytes);
    owners.forEach((owner, bucket) => {
      if (owner === memoryId) this.#bytes[OWNERS_AT + bucket] = NO_OWNER;
    });
    this.#bytes.fill(0, SIZES_AT + 8 * memoryId, SIZES_AT + 8 * (memoryId + 1));
  }

  /** Puts it back, and has the canister start on it. */
  async restart(): Promise<void> {
    await this.#canister.pic.setStableMemory(this.#canister.canisterId, this.#bytes);
    await this.#canister.upgrade();
  }
}
