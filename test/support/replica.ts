import type { Principal } from '@dfinity/principal';
import { PocketIcServer, PocketIc as ServerClient } from '@hadronous/pic';
import { afterAll, TestRunner } from 'vitest';
import { type CanisterInspector, PocketIc, type ReplicaOptions } from '../../src/replica';

/**
 * Where canister tests run: on a PocketIC server when `POCKET_IC_URL` names a running one or `POCKET_IC_BIN` the server's program, else on
 * the embedded replica. Nothing else in a test differs.
 */
const serverUrl = process.env.POCKET_IC_URL;
const serverProgram = process.env.POCKET_IC_BIN;

let server: PocketIcServer | undefined;

/** @param options of the embedded replica; a server has a clock and chance of its own */
export async function createReplica(options: ReplicaOptions = {}): Promise<PocketIc> {
  if (!serverUrl && !serverProgram) return PocketIc.create(undefined, options);
  if (!serverUrl) server ??= await PocketIcServer.start();
  const client: unknown = await ServerClient.create(serverUrl ?? server!.getUrl());
  // test/replica/pocket-ic-types shows that the two have the same methods; only `inspect` is missing here, which `inspect` below guards.
  return client as PocketIc;
}

afterAll(async () => {
  await server?.stop();
  server = undefined;
});

/** Costs, memory and faults, which a server does not show: a test that asks for them there is skipped, and says why. */
export function inspect(pic: PocketIc, canisterId: Principal): CanisterInspector {
  if (pic instanceof PocketIc) return pic.inspect(canisterId);
  const reason = 'needs the embedded replica: PocketIC shows no instruction counts and injects no faults';
  TestRunner.getCurrentTest()?.context.skip(reason);
  throw new Error(`this hook ${reason}`);
}
