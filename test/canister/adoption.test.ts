import { join } from 'node:path';
import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import { beforeAll, describe, expect, it } from 'vitest';
import { runStockSqlite } from '../../examples/tour/stock-sqlite';
import { linkCanister } from '../../src/link';
import { PocketIc } from '../../src/replica';
import { fnv64, writeInPlace, writeSegmented } from '../native/adoption/foreign-images';
import { mount, mountedFile } from '../native/adoption/mounted';
import { readVirtualMemory } from '../native/storage/manager-image';
import { checkConservation, readStoredImage } from '../native/storage/store-image';

const PROJECT = join(import.meta.dirname, '../..');
const NOTHING = new Uint8Array(IDL.encode([], []));
/** A module that does nothing: the canister of somebody else, for these tests. */
const FORMER_OWNER = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
const SLOT = 120;
const Cost = IDL.Nat64;

/** Upper bounds of instructions a page of 4,096 bytes; `npx vitest run test/canister/adoption.test.ts` prints the values. */
const MOST_A_PAGE = { copied: 13_000, hashed: 36_000, copiedAndHashed: 42_000 };

let wasm: string;
let database: Uint8Array;

beforeAll(async () => {
  ({ wasm } = await linkCanister({
    main: 'test/canisters/adoption.ts',
    outDir: join(PROJECT, '.tabularium', 'test'),
  }));
  const sql = `PRAGMA page_size = 16384; CREATE TABLE t (id INTEGER PRIMARY KEY, body BLOB);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000) INSERT INTO t SELECT i, randomblob(7000) FROM n`;
  database = (await runStockSqlite(new Uint8Array(0), sql)).image;
});

/** A canister that somebody else wrote, upgraded to one of ours. */
class Upgraded {
  private constructor(
    readonly pic: PocketIc,
    readonly canisterId: Principal,
  ) {}

  static async from(stable: Uint8Array): Promise<Upgraded> {
    // The canister counts its own steps: by the rules of today the first to touch a page would pay for those after it.
    const pic = await PocketIc.create(undefined, { rules: '2025-10' });
    const canisterId = await pic.createCanister();
    await pic.installCode({ canisterId, wasm: FORMER_OWNER });
    await pic.setStableMemory(canisterId, stable);
    await pic.upgradeCanister({ canisterId, wasm, arg: NOTHING });
    return new Upgraded(pic, canisterId);
  }

  upgrade(): Promise<void> {
    return this.pic.upgradeCanister({ canisterId: this.canisterId, wasm, arg: NOTHING });
  }

  async inspect(): Promise<{ cost: number; content: object }> {
    const [cost, content] = await this.query<[bigint, string]>(
      'inspect',
      [IDL.Nat8],
      [SLOT],
      [Cost, IDL.Text],
    );
    return { cost: Number(cost), content: JSON.parse(content) };
  }

  async verify(pages: number): Promise<{ cost: number; result: object }> {
    const types = [IDL.Nat8, IDL.Nat32];
    const [cost, result] = await this.query<[bigint, string]>(
      'verify',
      types,
      [SLOT, pages],
      [Cost, IDL.Text],
    );
    return { cost: Number(cost), result: JSON.parse(result) };
  }

  async ask(sql: string): Promise<unknown> {
    const arg = new Uint8Array(IDL.encode([IDL.Nat8, IDL.Text], [SLOT, sql]));
    const reply = await this.pic.queryCall({ canisterId: this.canisterId, method: 'ask', arg });
    return JSON.parse(IDL.decode([IDL.Text], reply)[0] as unknown as string);
  }

  async begin(): Promise<number> {
    return Number(await this.update<bigint>('begin', [IDL.Nat8, IDL.Nat32], [SLOT, 1], Cost));
  }

  async cancel(): Promise<number> {
    return Number(await this.update<bigint>('cancel', [IDL.Nat8], [SLOT], Cost));
  }

  async proceed(pages: number): Promise<{ cost: number; copied: number; complete: boolean }> {
    const reply = IDL.Tuple(Cost, IDL.Nat64, IDL.Bool);
    const types = [IDL.Nat8, IDL.Nat32];
    const [cost, copied, complete] = await this.update<[bigint, bigint, boolean]>(
      'proceed',
      types,
      [SLOT, pages],
      reply,
    );
    return { cost: Number(cost), copied: Number(copied), complete };
  }

  memory(): Uint8Array {
    const { stableBytes } = this.pic.inspect(this.canisterId);
    return readVirtualMemory(this.pic.inspect(this.canisterId).readStable(0, stableBytes), SLOT);
  }

  private async update<T>(method: string, types: IDL.Type[], values: unknown[], reply: IDL.Type): Promise<T> {
    const arg = new Uint8Array(IDL.encode(types, values));
    const bytes = await this.pic.updateCall({ canisterId: this.canisterId, method, arg });
    return IDL.decode([reply], bytes)[0] as T;
  }

  private async query<T>(
    method: string,
    types: IDL.Type[],
    values: unknown[],
    reply: IDL.Type[],
  ): Promise<T> {
    const arg = new Uint8Array(IDL.encode(types, values));
    const bytes = await this.pic.queryCall({ canisterId: this.canisterId, method, arg });
    return IDL.decode([IDL.Tuple(...reply)], bytes)[0] as T;
  }
}

describe('a canister of somebody else, upgraded to Tabularium', () => {
  it.each([
    ['ic-sqlite-vfs 1.0', () => writeSegmented(database, { transactionId: 8, checksum: fnv64(database) })],
    ['ic-sqlite-vfs 2.1', () => writeInPlace(database, { transactionId: 8, flags: 2 })],
    ['ic-rusqlite', () => mountedFile(database)],
  ])('keeps the data that %s wrote', async (_, write) => {
    const memory = write();
    // The buckets of 8 MiB that ic-stable-structures makes by default, and another memory of that canister's.
    const other = new Uint8Array(65536).fill(9);
    const canister = await Upgraded.from(mount({ 101: other, [SLOT]: memory }, 128));
    expect((await canister.inspect()).content).toMatchObject({ adoptable: true, imageSize: database.length });
    await canister.begin();
    expect(await canister.proceed(500)).toMatchObject({ copied: 500 * 4096, complete: false });
    await canister.upgrade();
    expect(Buffer.compare(canister.memory(), memory)).toBe(0);
    expect(await canister.proceed(100_000)).toMatchObject({ copied: database.length, complete: true });
    await canister.upgrade();
    checkConservation(canister.memory());
    expect(Buffer.compare(readStoredImage(canister.memory()), database)).toBe(0);
    expect(await canister.ask('SELECT count(*), sum(length(body)) FROM t')).toEqual([[1000, 7_000_000]]);
    expect(await canister.ask('PRAGMA quick_check')).toEqual([['ok']]);
  });

  it('pays for what it copies and hashes, and little for the rest', async () => {
    const costs: Record<string, number> = {};
    const pages = database.length / 4096;
    const fresh = await Upgraded.from(
      mount({ [SLOT]: writeSegmented(database, { checksum: fnv64(database) }) }, 128),
    );
    costs.inspect = (await fresh.inspect()).cost;
    costs['verify, a page'] = Math.round((await fresh.verify(pages)).cost / pages);
    costs.begin = await fresh.begin();
    costs['copy and hash, a page'] = Math.round((await fresh.proceed(1000)).cost / 1000);
    costs.cancel = await fresh.cancel();
    const stale = await Upgraded.from(mount({ [SLOT]: writeSegmented(database, { flags: 2 }) }, 128));
    await stale.begin();
    costs['copy, a page'] = Math.round((await stale.proceed(1000)).cost / 1000);
    await stale.proceed(pages - 1000 - 1);
    costs['last step with one page'] = (await stale.proceed(1)).cost;
    console.table(costs);
    expect(costs['copy, a page']).toBeLessThan(MOST_A_PAGE.copied);
    expect(costs['verify, a page']).toBeLessThan(MOST_A_PAGE.hashed);
    expect(costs['copy and hash, a page']).toBeLessThan(MOST_A_PAGE.copiedAndHashed);
    expect(costs.inspect).toBeLessThan(110_000);
    expect(costs['last step with one page']).toBeLessThan(200_000);
  });
});
