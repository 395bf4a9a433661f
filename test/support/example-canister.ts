import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import { linkCanister } from '../../src/link';
import type { Actor, ActorInterface, PocketIc } from '../../src/replica';
import { createReplica } from './replica';

const NO_ARGUMENTS = new Uint8Array(IDL.encode([], []));
const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** A canister of an entry file, linked and installed. */
export class ExampleCanister<Service extends ActorInterface<Service>> {
  /** @param main entry file, relative to the project */
  static async install<Service extends ActorInterface<Service>>(
    main: string,
    interfaceFactory: IDL.InterfaceFactory,
  ): Promise<ExampleCanister<Service>> {
    const outDir = join(PROJECT, '.tabularium', main.replaceAll('/', '-'));
    const { wasm } = await linkCanister({ main, outDir });
    const pic = await createReplica();
    const canisterId = await pic.createCanister();
    await pic.installCode({ canisterId, wasm, arg: NO_ARGUMENTS });
    return new ExampleCanister<Service>(pic, canisterId, wasm, interfaceFactory);
  }

  private constructor(
    readonly pic: PocketIc,
    readonly canisterId: Principal,
    private readonly wasm: string,
    private readonly interfaceFactory: IDL.InterfaceFactory,
  ) {}

  get actor(): Actor<Service> {
    return this.pic.createActor<Service>(this.interfaceFactory, this.canisterId);
  }

  async upgrade(): Promise<void> {
    await this.pic.upgradeCanister({ canisterId: this.canisterId, wasm: this.wasm, arg: NO_ARGUMENTS });
  }
}
