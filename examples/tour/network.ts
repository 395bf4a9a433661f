import { createHash } from 'node:crypto';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { init } from '../../src/candid';
import { idlFactory, TabulariumClient, type TabulariumService } from '../../src/client';
import { type CanisterInspector, PocketIc, type ReplicaOptions } from '../../src/replica';

/** The canister in an embedded replica, and clients for whoever calls it. */
export class TourNetwork {
  private constructor(
    readonly pic: PocketIc,
    readonly canisterId: Principal,
    readonly operator: Principal,
    readonly wasm: string,
  ) {}

  /** Installs the canister; the operator becomes its controller. */
  static async install(wasm: string, options: ReplicaOptions = {}): Promise<TourNetwork> {
    const pic = await PocketIc.create(undefined, options);
    const operator = identity('operator');
    const canisterId = await pic.createCanister({ sender: operator });
    await pic.installCode({ canisterId, wasm, arg: noOptions(), sender: operator });
    await pic.tick(2);
    return new TourNetwork(pic, canisterId, operator, wasm);
  }

  clientOf(caller: Principal): TabulariumClient {
    const actor = this.pic.createActor<TabulariumService>(idlFactory, this.canisterId);
    actor.setPrincipal(caller);
    return new TabulariumClient(actor);
  }

  async upgrade(): Promise<void> {
    const { canisterId, wasm, operator } = this;
    await this.pic.upgradeCanister({ canisterId, wasm, arg: noOptions(), sender: operator });
    await this.pic.tick(2);
  }

  get inspector(): CanisterInspector {
    return this.pic.inspect(this.canisterId);
  }
}

/** A principal that the tour makes up from a name; a real one comes from a key. */
export function identity(name: string): Principal {
  return Principal.selfAuthenticating(createHash('sha256').update(name).digest());
}

function noOptions(): Uint8Array {
  return new Uint8Array(IDL.encode(init({ IDL }), [[]]));
}
