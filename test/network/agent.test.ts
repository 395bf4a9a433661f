import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as dfinity from '@dfinity/agent';
import { Principal } from '@dfinity/principal';
import { IcManagementCanister } from '@icp-sdk/canisters/ic-management';
import * as sdk from '@icp-sdk/core/agent';
import { ECDSAKeyIdentity, Ed25519KeyIdentity } from '@icp-sdk/core/identity';
import { Secp256k1KeyIdentity } from '@icp-sdk/core/identity/secp256k1';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idlFactory, TabulariumClient, TabulariumError, type TabulariumService } from '../../src/client';
import type { ServedCanister } from '../../src/replica';
import { builtCanister } from '../support/tabularium';
import { CONTROLLER, serve } from './support/served';

/** What both agents' packages export; their types have separate declarations. */
type AgentPackage = typeof dfinity;
type Identity = dfinity.Identity;

const PACKAGES = { '@dfinity/agent': dfinity, '@icp-sdk/core/agent': sdk as unknown as AgentPackage };
const MEBIBYTE = 2 ** 20;
/** Bytes of a value that fills what a row over the wire may have. */
const LARGEST_VALUE = 2 * MEBIBYTE - 100;

let folder: string;
let served: ServedCanister;
let wasm: Uint8Array;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tabularium-agent-'));
  wasm = new Uint8Array(readFileSync(await builtCanister()));
  served = await serve(folder, wasm);
});

afterAll(async () => {
  await served.close();
  rmSync(folder, { recursive: true, force: true });
});

async function connect(agents: AgentPackage, identity: unknown = CONTROLLER, options: object = {}) {
  const agent = await agents.HttpAgent.create({
    host: served.url,
    identity: identity as Identity,
    shouldFetchRootKey: true,
    ...options,
  });
  const canisterId = served.canisterId.toText();
  const actor = agents.Actor.createActor<TabulariumService>(idlFactory, { agent, canisterId });
  return { agent, actor, client: new TabulariumClient(actor) };
}

describe.each(Object.entries(PACKAGES))('an unmodified %s', (name, agents) => {
  const id = name.replace(/[^a-z]/g, '');

  it('creates an archive, writes and reads it, and verifies all answers by default', async () => {
    const { client } = await connect(agents);
    await client.createArchive(id);
    const archive = client.archive(id);
    await archive.execute('CREATE TABLE visit(page TEXT, at INTEGER)');
    const { changes } = await archive.execute('INSERT INTO visit VALUES (?, ?), (?, ?)', '/', 1n, '/a', 2n);
    expect(changes).toBe(2);
    expect(await archive.query('SELECT page FROM visit ORDER BY at DESC')).toEqual([
      { page: '/a' },
      { page: '/' },
    ]);
  });

  it('moves an archive of several chunks out and in', async () => {
    const { client } = await connect(agents);
    const archive = client.archive(id);
    await archive.execute('CREATE TABLE blob(x)');
    await archive.execute('INSERT INTO blob VALUES (zeroblob(?))', BigInt(LARGEST_VALUE));
    const image = await archive.exportImage();
    expect(image.length).toBeGreaterThan(2 * MEBIBYTE);
    const copy = `${id}-copy`;
    await client.createArchive(copy);
    await client.archive(copy).importImage(image);
    expect(await client.archive(copy).query('SELECT length(x) AS n FROM blob')).toEqual([
      { n: LARGEST_VALUE },
    ]);
  });

  it('sends as much as the client lets through', async () => {
    const archive = (await connect(agents)).client.archive(id);
    const sql = 'SELECT length(?) AS n';
    const bytes = 2 * MEBIBYTE - 4_096 - sql.length;
    expect((await archive.execute(sql, new Uint8Array(bytes))).rows).toEqual([{ n: bytes }]);
    await expect(archive.execute(sql, new Uint8Array(bytes + 1))).rejects.toThrow(RangeError);
  });

  it('sees the canister refuse: typed errors, and strangers', async () => {
    const { client } = await connect(agents);
    const error = await client
      .archive(id)
      .query('SELEC')
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TabulariumError);
    const { client: stranger } = await connect(agents, Ed25519KeyIdentity.generate());
    await expect(stranger.archive(id).query('SELECT 1')).rejects.toBeInstanceOf(TabulariumError);
  });

  it.each([
    ['Ed25519', async () => Ed25519KeyIdentity.generate()],
    ['secp256k1', async () => Secp256k1KeyIdentity.generate()],
    ['P-256', async () => ECDSAKeyIdentity.generate({ extractable: true })],
  ])('signs with %s, and is known by that', async (kind, identity) => {
    const signer = await identity();
    const owner = Principal.fromText(signer.getPrincipal().toText());
    const own = `${id}-${kind.toLowerCase()}`;
    await (await connect(agents)).client.createArchive(own, owner);
    const { client } = await connect(agents, signer);
    await client.archive(own).execute('CREATE TABLE mine(x)');
    expect(await client.archive(own).query('SELECT count(*) AS n FROM mine')).toEqual([{ n: 0 }]);
    await expect(client.archive(id).execute('SELECT 1')).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
  });

  it('may be anonymous, whom the canister refuses', async () => {
    const { client } = await connect(agents, new sdk.AnonymousIdentity());
    await expect(client.archive(id).query('SELECT 1')).rejects.toBeInstanceOf(TabulariumError);
    await expect(client.archive(id).execute('SELECT 1')).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
  });

  it('polls for the answer of an asynchronous call', async () => {
    const { agent } = await connect(agents);
    const actor = agents.Actor.createActor<TabulariumService>(idlFactory, {
      agent,
      canisterId: served.canisterId.toText(),
      callTransform: () => ({ callSync: false }) as never,
    });
    const { rows } = await new TabulariumClient(actor).archive(id).execute('SELECT 42 AS x');
    expect(rows).toEqual([{ x: 42 }]);
  });

  it('reads certified facts of the canister', async () => {
    const { agent } = await connect(agents);
    const canisterId = served.canisterId.toText();
    const paths = ['time', 'controllers', 'module_hash', 'candid', 'subnet'] as const;
    const facts = await agents.CanisterStatus.request({
      agent,
      canisterId: Principal.fromText(canisterId),
      paths: [...paths],
    });
    expect((facts.get('controllers') as Principal[]).map((controller) => controller.toText())).toEqual([
      CONTROLLER.getPrincipal().toText(),
    ]);
    expect(facts.get('module_hash')).toMatch(/^[0-9a-f]{64}$/);
    expect(facts.get('candid')).toContain('create_archive :');
    expect(Math.abs((facts.get('time') as Date).getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('finds out when an answer was changed on its way', async () => {
    const tampering = async (...[input, init]: Parameters<typeof fetch>): Promise<Response> => {
      const response = await fetch(input, init);
      if (!String(input).endsWith('/call') && !String(input).endsWith('/query')) return response;
      const body = new Uint8Array(await response.arrayBuffer());
      const at = Buffer.from(body).indexOf('untouched');
      if (at >= 0) body.set(Buffer.from('tampered!'), at);
      return new Response(body, { status: response.status, headers: response.headers });
    };
    const { client } = await connect(agents, CONTROLLER, { fetch: tampering, retryTimes: 0 });
    const untouched = (await connect(agents)).client;
    const ask = "SELECT 'untouched' AS x";
    expect((await untouched.archive(id).execute(ask)).rows).toEqual([{ x: 'untouched' }]);
    await expect(client.archive(id).execute(ask)).rejects.toThrow(/signature/i);
    await expect(client.archive(id).query(ask)).rejects.toThrow(/signature/i);
  });

  it("does not trust another network's key", async () => {
    const { client } = await connect(agents, CONTROLLER, {
      shouldFetchRootKey: false,
      rootKey: Uint8Array.from(served.rootKey, (byte, index) => (index < 37 ? byte : 0xaa)),
    });
    await expect(client.archive(id).execute('SELECT 1')).rejects.toThrow(/verif|point|signature/i);
  });
});

describe("an unmodified client of the management canister's", () => {
  it('reads the status, of which it requires every field that it knows', async () => {
    const agent = await sdk.HttpAgent.create({
      host: served.url,
      identity: CONTROLLER,
      shouldFetchRootKey: true,
    });
    const management = IcManagementCanister.create({ agent });
    const canisterId = served.canisterId as unknown as Parameters<
      typeof management.canisterStatus
    >[0]['canisterId'];
    for (const certified of [true, false]) {
      const status = await management.canisterStatus({ canisterId, certified });
      expect(status.status).toEqual({ running: null });
      expect(status.ready_for_migration).toBe(false);
      expect(status.memory_metrics.wasm_binary_size).toBe(BigInt(wasm.length));
      expect(Object.values(status.memory_metrics).every((bytes) => bytes <= status.memory_size)).toBe(true);
      expect(status.settings.snapshot_visibility).toEqual({ controllers: null });
    }
  });
});
