import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import { type CandidSlotRange, idlFactory, init, optional, type TabulariumService } from '../candid';
import { TabulariumClient } from '../client';
import type { Actor, CanisterInspector, PocketIc } from '../replica';

/** What an installer may choose; the canister's own defaults where it is absent. */
export interface InstallChoices {
  readonly bucketSizeInPages?: number;
  readonly slots?: CandidSlotRange;
}

/** The canister in a replica, and clients for whoever calls it. */
export class Installation {
  constructor(
    readonly pic: PocketIc,
    readonly canisterId: Principal,
    readonly controller: Principal,
    readonly wasm: Uint8Array,
  ) {}

  /** Installs the canister anew, with its boot still to run: `pic.tick()` does that. */
  static async create(
    pic: PocketIc,
    controller: Principal,
    wasm: Uint8Array,
    choices: InstallChoices = {},
  ): Promise<Installation> {
    const canisterId = await pic.createCanister({ sender: controller });
    await pic.installCode({ canisterId, wasm, arg: installArgument(choices), sender: controller });
    return new Installation(pic, canisterId, controller, wasm);
  }

  async upgrade(): Promise<void> {
    const { pic, canisterId, wasm, controller } = this;
    await pic.upgradeCanister({ canisterId, wasm, arg: installArgument(), sender: controller });
  }

  /** The raw methods, called as `caller`. */
  actor(caller: Principal): Actor<TabulariumService> {
    const actor = this.pic.createActor<TabulariumService>(idlFactory, this.canisterId);
    actor.setPrincipal(caller);
    return actor;
  }

  client(caller: Principal = this.controller): TabulariumClient {
    return new TabulariumClient(this.actor(caller));
  }

  get inspect(): CanisterInspector {
    return this.pic.inspect(this.canisterId);
  }
}

export function installArgument({ bucketSizeInPages, slots }: InstallChoices = {}): Uint8Array {
  const options = { bucket_size_in_pages: optional(bucketSizeInPages), slots: optional(slots) };
  return new Uint8Array(IDL.encode(init({ IDL }), [[options]]));
}
