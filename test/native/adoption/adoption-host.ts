import { installFacade } from '../../../src/database/install';
import type { AdoptionProgress, NativeModule } from '../../../src/native/interface';
import { BufferStableMemory, type NodeHost } from '../../../src/native/node';
import { startHost } from '../../support/native-host';
import { readVirtualMemory } from '../storage/manager-image';

export const SLOT = 120;
export const WORKSPACE = 117;

/** The native module over a stable memory that others wrote. */
export class AdoptionHost {
  #host: NodeHost;
  #stable: BufferStableMemory;

  private constructor(host: NodeHost, stable: BufferStableMemory) {
    this.#host = host;
    this.#stable = stable;
  }

  /** @param now nanoseconds since 1970, for a clock that stands still */
  static async start(content: Uint8Array, now?: bigint): Promise<AdoptionHost> {
    const stable = new BufferStableMemory(content);
    const host = await startHost({ stableMemory: stable, ...(now === undefined ? {} : { now: () => now }) });
    installFacade(host.native);
    return new AdoptionHost(host, stable);
  }

  get native(): NativeModule {
    return this.#host.native;
  }

  /** All of stable memory. */
  bytes(): Uint8Array {
    return this.#stable.toBytes();
  }

  memory(id: number): Uint8Array {
    return readVirtualMemory(this.bytes(), id);
  }

  /** Starts again on the same stable memory. */
  async upgrade(): Promise<void> {
    this.#host = await startHost({ stableMemory: this.#stable });
    installFacade(this.#host.native);
  }

  /** Calls until the adoption is complete, with an upgrade before each call if wanted. */
  async adopt(pages: number, upgrades = false, slot = SLOT): Promise<number> {
    for (let calls = 1; ; calls++) {
      if (upgrades) await this.upgrade();
      const progress: AdoptionProgress = this.native.continueAdoption(slot, pages);
      if (progress.complete) return calls;
    }
  }

  /** The archive's image, read through the native module. */
  image(slot = SLOT): Uint8Array {
    const { logicalSize } = this.native.describeSlot(slot)!;
    return this.native.readImage(slot, 0, logicalSize);
  }
}
