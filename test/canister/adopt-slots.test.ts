import { beforeAll, describe, expect, it } from 'vitest';
import { runStockSqlite } from '../../examples/tour/stock-sqlite';
import { fnv64, writeInPlace, writeSegmented } from '../native/adoption/foreign-images';
import { mount, mountedFile } from '../native/adoption/mounted';
import { readVirtualMemory } from '../native/storage/manager-image';
import { checkConservation, readStoredImage } from '../native/storage/store-image';
import { ALICE, failureOf, InstalledTabularium, OPERATOR } from '../support/tabularium';

const SLOT = 120;
const OTHER_SLOT = 130;
/** A memory of the former owner's that is no slot. */
const THEIRS = 101;

let database: Uint8Array;

beforeAll(async () => {
  const sql = `PRAGMA page_size = 16384; CREATE TABLE t (id INTEGER PRIMARY KEY, body BLOB);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200) INSERT INTO t SELECT i, randomblob(7000) FROM n`;
  database = (await runStockSqlite(new Uint8Array(0), sql)).image;
});

const WRITERS: [string, string, () => Uint8Array][] = [
  [
    'ic-sqlite-vfs 1.0',
    'IcSqliteVfs',
    () => writeSegmented(database, { transactionId: 8, checksum: fnv64(database) }),
  ],
  ['ic-sqlite-vfs 2.1', 'IcSqliteVfs', () => writeInPlace(database, { transactionId: 8, flags: 2 })],
  ['ic-rusqlite', 'Sqlite', () => mountedFile(database)],
];

const theirs = new Uint8Array(65_536).fill(9);
const over = (memories: Record<number, Uint8Array>) =>
  InstalledTabularium.over(mount({ [THEIRS]: theirs, ...memories }, 128));

function memoryOf(canister: InstalledTabularium, id: number): Uint8Array {
  const { inspect } = canister;
  return readVirtualMemory(inspect.readStable(0, inspect.stableBytes), id);
}

const adopt = (canister: InstalledTabularium, slot = SLOT, id = 'adopted') =>
  canister.actor(OPERATOR).adopt_slot({ slot, id, owner: [ALICE] });

describe('a slot that others wrote', () => {
  it.each(WRITERS)('by %s is inspected, verified and adopted, over upgrades', async (_, kind, write) => {
    const memory = write();
    const canister = await over({ [SLOT]: memory });
    const service = canister.actor(OPERATOR);
    expect(await canister.client().inspectSlot(SLOT)).toMatchObject({
      kind: { [kind]: null },
      adoptable: true,
      fault: [],
      image_size: BigInt(database.length),
      page_size: 16_384,
    });
    const { complete, matches } = await canister.client().verifySlot(SLOT);
    expect([complete, matches]).toEqual([true, kind === 'IcSqliteVfs' && _.endsWith('1.0') ? [true] : []]);

    expect(await adopt(canister)).toMatchObject({ ok: { archive: 'adopted@1', copied: 0n, done: false } });
    expect(await service.db_continue_adoption('adopted', 100)).toMatchObject({
      ok: { copied: 100n * 4_096n, done: false },
    });
    expect(await failureOf(service.query('adopted', 'SELECT 1', [], []))).toMatchObject({
      code: 'ARCHIVE_IMPORTING',
    });
    await canister.upgrade();
    expect(Buffer.compare(memoryOf(canister, SLOT), memory)).toBe(0);
    expect(await service.db_adoption_progress('adopted@1')).toMatchObject({
      ok: [{ archive: 'adopted@1', copied: 100n * 4_096n, total: BigInt(database.length) }],
    });
    expect(await canister.client().archive('adopted').adoptionProgress()).toMatchObject({ done: false });
    expect(await service.db_continue_adoption('adopted', 100_000)).toMatchObject({ ok: { done: true } });
    expect(await canister.client().archive('adopted').adoptionProgress()).toBeUndefined();
    await canister.upgrade();
    checkConservation(memoryOf(canister, SLOT));
    expect(Buffer.compare(readStoredImage(memoryOf(canister, SLOT)), database)).toBe(0);
    const archive = canister.client(ALICE).archive('adopted');
    expect(await archive.query('SELECT count(*) AS n, sum(length(body)) AS bytes FROM t')).toEqual([
      { n: 200, bytes: 1_400_000 },
    ]);
    await archive.execute("INSERT INTO t VALUES (1000, 'ours now')");
    expect((await archive.upkeep.check('integrity')).findings).toEqual([]);
    expect(Buffer.compare(memoryOf(canister, THEIRS), theirs)).toBe(0);
  });

  it('is passed over by allocation, and overwritten by nothing else', async () => {
    const memory = mountedFile(database);
    const canister = await over({ [SLOT]: memory });
    const created = await canister.client().createArchive('new');
    expect(created.slot).not.toBe(SLOT);
    expect(Buffer.compare(memoryOf(canister, SLOT), memory)).toBe(0);
  });

  it('is as it was when its adoption is cancelled, and can be adopted again', async () => {
    const memory = mountedFile(database);
    const canister = await over({ [SLOT]: memory });
    await adopt(canister);
    await canister.actor(OPERATOR).db_continue_adoption('adopted', 10);
    expect(await canister.actor(OPERATOR).db_cancel_adoption('adopted')).toEqual({ ok: null });
    expect(Buffer.compare(memoryOf(canister, SLOT), memory)).toBe(0);
    expect(await failureOf(canister.actor(OPERATOR).db_adoption_progress('adopted'))).toMatchObject({
      code: 'ARCHIVE_NOT_FOUND',
    });
    const archive = await canister.client().adoptSlot(SLOT, 'adopted', { owner: ALICE });
    expect(archive.id).toBe('adopted@2');
    expect(await archive.query('SELECT count(*) AS n FROM t')).toEqual([{ n: 200 }]);
  });

  it('is adopted one at a time, and only where there is something to adopt', async () => {
    const canister = await over({ [SLOT]: mountedFile(database), [OTHER_SLOT]: mountedFile(database) });
    await adopt(canister);
    expect(await failureOf(adopt(canister, OTHER_SLOT, 'other'))).toMatchObject({ code: 'ADOPTION_BUSY' });
    expect(await failureOf(adopt(canister, SLOT, 'again'))).toMatchObject({ code: 'SLOT_TAKEN' });
    await canister.actor(OPERATOR).db_cancel_adoption('adopted');
    expect(await failureOf(adopt(canister, 140))).toMatchObject({ code: 'ADOPTION_REFUSED' });
    expect(await failureOf(adopt(canister, THEIRS))).toMatchObject({ code: 'SLOT_OUT_OF_RANGE' });
    await canister.client().createArchive('new');
    expect(await failureOf(canister.actor(OPERATOR).db_continue_adoption('new', 10))).toMatchObject({
      code: 'ADOPTION_NONE',
    });
    expect((await canister.client().listArchives()).map(({ id }) => id)).toEqual(['new']);
  });

  it('with a damaged image is not adopted, and stays', async () => {
    const memory = writeSegmented(database, { transactionId: 8, checksum: fnv64(database) + 1n });
    const canister = await over({ [SLOT]: memory });
    const { matches } = await canister.client().verifySlot(SLOT);
    expect(matches).toEqual([false]);
    await expect(canister.client().adoptSlot(SLOT, 'adopted')).rejects.toMatchObject({
      code: 'ADOPTION_CHECKSUM',
    });
    expect(Buffer.compare(memoryOf(canister, SLOT), memory)).toBe(0);
    expect(await canister.client().listArchives()).toEqual([]);
  });

  it('is not verified from where no call stopped', async () => {
    const canister = await over({ [SLOT]: mountedFile(database) });
    const before = { verified: 5n, total: 10n, hash: '0'.repeat(16), complete: false, matches: [] as [] };
    for (const wrong of [before, { ...before, verified: 4_096n, hash: 'none' }]) {
      expect(await failureOf(canister.actor(OPERATOR).verify_slot(SLOT, [wrong], 10))).toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    }
  });
});
