import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Principal } from '@dfinity/principal';
import { Installation, installArgument } from '../harness';
import { linkCanister } from '../link';
import { PocketIc, type ReplicaOptions } from '../replica';
import { PROJECT } from './project';

/** Who installs the measured canister and calls it. */
export const CONTROLLER = Principal.selfAuthenticating(new Uint8Array(32));
/** The install argument that leaves every choice to the canister. */
export const NO_OPTIONS = installArgument();

/**
 * The canister as `npm run build` makes it, in a replica of its own.
 *
 * @param prepare changes the module before it is installed
 */
export async function installMeasured(
  prepare: (wasm: Uint8Array) => Uint8Array = (wasm) => wasm,
  options: ReplicaOptions = {},
): Promise<Installation> {
  const linked = await linkCanister({
    main: 'canister/index.ts',
    name: 'tabularium',
    outDir: join(PROJECT, 'dist'),
  });
  const wasm = prepare(new Uint8Array(readFileSync(linked.wasm)));
  return Installation.create(await PocketIc.create(undefined, options), CONTROLLER, wasm);
}

/** The same module with names, in a replica that counts instructions by function. */
export async function installProfiled(): Promise<Installation> {
  const outDir = join(PROJECT, '.tabularium', 'figures');
  await linkCanister({ main: 'canister/index.ts', name: 'tabularium', outDir, debug: true });
  const wasm = new Uint8Array(readFileSync(join(outDir, 'tabularium.debug.wasm')));
  return Installation.create(await PocketIc.create(undefined, { profile: true }), CONTROLLER, wasm);
}
