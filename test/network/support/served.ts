import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Principal } from '@dfinity/principal';
import { Ed25519KeyIdentity } from '@icp-sdk/core/identity';
import { type ServeCanisterOptions, type ServedCanister, serveCanister } from '../../../src/replica';

/** Controls the canisters that tests serve. */
export const CONTROLLER = Ed25519KeyIdentity.generate(new Uint8Array(32).fill(7));

/** A folder that is gone after `work`. */
export async function withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'tabularium-network-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Serves a canister that {@link CONTROLLER} controls, on a port of its own. */
export function serve(
  folder: string,
  wasm: Uint8Array,
  options: Partial<ServeCanisterOptions> = {},
): Promise<ServedCanister> {
  const controller = Principal.fromUint8Array(CONTROLLER.getPrincipal().toUint8Array());
  return serveCanister({ folder, wasm, port: 0, firstControllers: [controller], ...options });
}
