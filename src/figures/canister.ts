import { readFileSync } from 'node:fs';
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
    readonly wasm: Uint8Array,
  ) {}

  /** @param prepare changes the module before it is installed */
  static async install(
    prepare: (wasm: Uint8Array) => Uint8Array = (wasm) => wasm,
  ): Promise<MeasuredCanister> {
    const linked = await linkCanister({
      main: 'canister/index.ts',
      name: 'tabularium',
      outDir: join(PROJECT, 'dist'),
    });
    const wasm = prepare(new Uint8Array(readFileSync(linked.wasm)));
    const pic = await PocketIc.create();
    const canisterId = await pic.createCanister({ sender: CONTROLLER });
    await pic.installCode({ canisterId, wasm, arg: NO_OPTIONS, sender: CONTROLLER });
    return new MeasuredCanister(pic, canisterId, wasm);
  }

  /** The same module with names, in a replica that counts instructions by function. */
  static async profile(): Promise<MeasuredCanister> {
    const outDir = join(PROJECT, '.tabularium', 'figures');
    await linkCanister({ main: 'canister/index.ts', name: 'tabularium', outDir, debug: true });
    const wasm = new Uint8Array(readFileSync(join(outDir, 'tabularium.debug.wasm')));
    const pic = await PocketIc.create(undefined, { profile: true });
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

/** Who installs the canister and calls it. */
export const CONTROLLER = Principal.selfAuthenticating(new Uint8Array(32));
/** The install argument that leaves every choice to the canister. */
export const NO_OPTIONS = new Uint8Array(IDL.encode(init({ IDL }), [[]]));
