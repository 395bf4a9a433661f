import { beforeAll, describe, expect, it } from 'vitest';
import { createArchiveRequest } from '../../src/client';
import { ImportSteps } from '../support/import-steps';
import { ALICE, failureOf, InstalledTabularium, OPERATOR } from '../support/tabularium';

const ARCHIVES = 135;
const INSERT_20_000 = `WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series LIMIT 20000)
  INSERT INTO mine SELECT n FROM series`;

let canister: InstalledTabularium;
/** Exported before anything is compared: an export pins an image in its slot. */
let imageOfTenant8: Uint8Array;

beforeAll(async () => {
  canister = await InstalledTabularium.install();
  for (let n = 0; n < ARCHIVES; n++) {
    const archive = await canister.archive(`tenant-${n}`, ALICE);
    await archive.execute(`CREATE TABLE mine(n INTEGER); INSERT INTO mine VALUES (${n})`);
  }
  imageOfTenant8 = await canister.client().archive('tenant-8').exportImage();
}, 300_000);

describe('135 archives', () => {
  it('each hold their own rows', async () => {
    for (let n = 0; n < ARCHIVES; n++) {
      expect(await canister.client(ALICE).archive(`tenant-${n}`).query('SELECT n FROM mine')).toEqual([
        { n },
      ]);
    }
  });

  it('fill the slots 120 to 254 in order of creation', async () => {
    const slots = (await canister.client().listArchives()).map((archive) => archive.slot);
    expect(slots).toEqual(Array.from({ length: 135 }, (_, n) => 120 + n));
  });

  it('leave no room for one more, which is refused with nothing changed', async () => {
    const before = canister.memoryHashes();
    const failure = await failureOf(
      canister.actor(OPERATOR).create_archive(createArchiveRequest('one-more', undefined)),
    );
    expect(failure).toMatchObject({ code: 'CATALOG_FULL', message: expect.stringMatching(/all 135 slots/) });
    expect(canister.memoryHashes()).toEqual(before);
    expect(await canister.client().listArchives()).toHaveLength(135);
  });

  it('cannot reach each other by SQL', async () => {
    const failure = await failureOf(
      canister.actor(ALICE).execute('tenant-0', "ATTACH '121' AS other", [], []),
    );
    expect(failure.code).toBe('SQLITE_AUTH');
  });
});

describe('any operation on one archive', () => {
  const OPERATIONS: [string, () => Promise<unknown>][] = [
    ['insert', () => tenant7().execute('INSERT INTO mine VALUES (1), (2)')],
    ['schema change', () => tenant7().execute('CREATE INDEX by_n ON mine(n)')],
    [
      'failing statement',
      () =>
        tenant7()
          .execute('INSERT INTO nothing VALUES (1)')
          .catch(() => {}),
    ],
    ['bulk insert', () => tenant7().execute(INSERT_20_000)],
    ['VACUUM', () => tenant7().execute('VACUUM')],
    ['export', () => tenant7().exportImage()],
    ['import', () => tenant7().importImage(imageOfTenant8)],
    [
      'cancelled import',
      async () => {
        const steps = new ImportSteps(canister.actor(OPERATOR), 'tenant-7');
        await steps.begin(1_000_000);
        await steps.chunk(0, new Uint8Array(500_000).fill(7));
        await steps.cancel();
      },
    ],
    [
      'refused query',
      () =>
        tenant7()
          .query('DELETE FROM mine')
          .catch(() => {}),
    ],
  ];
  const tenant7 = () => canister.client().archive('tenant-7');
  const SLOT_OF_TENANT_7 = 127;

  it.each(OPERATIONS)('%s leaves every byte of the other slots', async (_, operation) => {
    const before = canister.memoryHashes();
    await operation();
    const after = canister.memoryHashes();
    before.delete(SLOT_OF_TENANT_7);
    after.delete(SLOT_OF_TENANT_7);
    expect(after).toEqual(before);
  });
});

describe('an upgrade', () => {
  it('keeps every archive', async () => {
    const before = await canister.client().listArchives();
    await canister.upgrade();
    expect(await canister.client().listArchives()).toEqual(before);
    for (const n of [0, 1, 67, 134]) {
      expect(await canister.client().archive(`tenant-${n}`).query('SELECT n FROM mine')).toEqual([{ n }]);
    }
  });

  it('costs little more with 135 archives than with 1', async () => {
    const small = await InstalledTabularium.install();
    const only = await small.archive('tenant-0', ALICE);
    await only.execute('CREATE TABLE mine(n INTEGER)');
    await small.upgrade();
    await canister.upgrade();
    const costOf = (installed: InstalledTabularium) => installed.inspect.last('post_upgrade');
    expect(costOf(canister).work - costOf(small).work).toBeLessThan(90_000_000);
    // What is kept for each archive lies on pages of its own.
    const more = costOf(canister).chargedInstructions - costOf(small).chargedInstructions;
    expect(more).toBeLessThan(120_000_000);
  });
});
