import { join } from 'node:path';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { init } from '../candid';
import { idlFactory, TabulariumClient, type TabulariumService } from '../client';
import { linkCanister } from '../link';
import { type CanisterInspector, PocketIc } from '../replica';
import { PROJECT } from './project';

/** The canister as `npm run build` makes it, in a replica of its own, called by its controller. */
export class MeasuredCanister {
  private constructor(
    readonly pic: PocketIc,
    readonly canisterId: Principal,
    readonly wasm: string,
  ) {}

  static async install(): Promise<MeasuredCanister> {
    const { wasm } = await linkCanister({
      main: 'canister/index.ts',
      name: 'tabularium',
      outDir: join(PROJECT, 'dist'),
    });
    const pic = await PocketIc.create();
    const canisterId = await pic.createCanister({ sender: CONTROLLER });
    await pic.installCode({ canisterId, wasm, arg: NO_OPTIONS, sender: CONTROLLER });
    return new MeasuredCanister(pic, canisterId, wasm);
  }

  async upgrade(): Promise<void> {
    const { canisterId, wasm } = this;
    await this.pic.upgradeCanister({ canisterId, wasm, arg: NO_OPTIONS, sender: CONTROLLER });
  }

  get client(): TabulariumClient {
    const actor = this.pic.createActor<TabulariumService>(idlFactory, this.canisterId);
    actor.setPrincipal(CONTROLLER);
    return new TabulariumClient(actor);
  }

  get inspect(): CanisterInspector {
    return this.pic.inspect(this.canisterId);
  }
}

const CONTROLLER = Principal.selfAuthenticating(new Uint8Array(32));
const NO_OPTIONS = new Uint8Array(IDL.encode(init({ IDL }), [[]]));
