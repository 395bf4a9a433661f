import { beforeAll, describe, expect, it } from 'vitest';
import type { TabulariumError } from '../../src/client';
import { readManager, readVirtualMemory } from '../native/storage/manager-image';
import { ImportSteps } from '../support/import-steps';
import { ALICE, failureOf, InstalledTabularium, OPERATOR } from '../support/tabularium';

const WASM_PAGE = 65_536;
const MAGIC_AT = 0;
const LOGICAL_SIZE_AT = 48;

let canister: InstalledTabularium;

beforeAll(async () => {
  canister = await InstalledTabularium.install({ bucketSizeInPages: 1 });
});

const controller = () => canister.actor(OPERATOR);
const hers = () => canister.client(ALICE);
const codeOf = (error: TabulariumError) => error.code;

/** An archive of several buckets, and its backup. */
async function archiveWithBackup(id: string) {
  const archive = await canister.archive(id, ALICE);
  await archive.execute('CREATE TABLE t(x); INSERT INTO t VALUES (42), (zeroblob(300000))');
  const { slot, generation } = (await archive.describe()).archive;
  return { archive, slot, generation, backup: await archive.exportImage() };
}

/** Changes a byte in the slot's first bucket, where the superblock is, and starts anew. */
async function damage(slot: number, at: number): Promise<void> {
  const bytes = canister.inspect.readStable(0, canister.inspect.stableBytes);
  const { owners, bucketSize } = readManager(bytes);
  bytes[WASM_PAGE * (1 + owners.indexOf(slot) * bucketSize) + at]! ^= 255;
  await canister.pic.setStableMemory(canister.canisterId, bytes);
  await canister.upgrade();
}

describe.each([
  ['does not match its checksum', LOGICAL_SIZE_AT, 'SLOT_DAMAGED'],
  ['is not recognised', MAGIC_AT, 'SLOT_FOREIGN'],
])('an archive whose superblock %s', (what, at, code) => {
  it('comes back as documented: the slot is cleared, a backup imported, the quarantine lifted', async () => {
    const id = `lost-${at}`;
    const { archive, slot, backup } = await archiveWithBackup(id);
    const neighbour = await archiveWithBackup(`neighbour-${at}`);
    expect(await failureOf(controller().clear_damaged_slot(slot))).toMatchObject({
      code: 'SLOT_NOT_DAMAGED',
    });
    await damage(slot, at);
    expect(await archive.query('SELECT 1').catch(codeOf), what).toBe('ARCHIVE_DAMAGED');
    expect(await archive.importImage(backup).catch(codeOf)).toBe(code);
    const findings = await controller().doctor();
    expect('ok' in findings && findings.ok.map(({ message }) => message).join()).toContain(
      `clear slot ${slot} (clear_damaged_slot), import a backup`,
    );
    expect(await controller().clear_damaged_slot(slot)).toEqual({ ok: true });
    expect(await archive.query('SELECT 1').catch(codeOf)).toBe('ARCHIVE_DAMAGED');
    await archive.importImage(backup);
    expect(await failureOf(controller().clear_damaged_slot(slot))).toMatchObject({
      code: 'SLOT_NOT_DAMAGED',
    });
    await canister.client().administer(id).liftQuarantine();
    await canister.upgrade();
    expect(await archive.query('SELECT x FROM t LIMIT 1')).toEqual([{ x: 42 }]);
    expect(await archive.exportImage()).toEqual(backup);
    expect(await neighbour.archive.exportImage()).toEqual(neighbour.backup);
  });
});

describe('an archive whose record of an import is damaged', () => {
  it('is described all the same, and serves', async () => {
    const archive = await canister.archive('staging', ALICE);
    await archive.execute('CREATE TABLE t(x); INSERT INTO t VALUES (42)');
    await new ImportSteps(canister.actor(ALICE), 'staging').begin(8_192);
    const { slot } = (await archive.describe()).archive;
    const stable = canister.inspect.readStable(0, canister.inspect.stableBytes);
    const record = Buffer.from(readVirtualMemory(stable, slot)).indexOf('TABIMPOR');
    expect(record).toBeGreaterThan(0);
    await damage(slot, record + 16);
    expect((await archive.describe()).import).toEqual([]);
    expect(await archive.importStatus().catch(codeOf)).toBe('SLOT_DAMAGED');
    expect(await archive.query('SELECT x FROM t')).toEqual([{ x: 42 }]);
  });
});

describe('an import into an emptied slot', () => {
  it('that is refused leaves the slot empty', async () => {
    const { slot } = await archiveWithBackup('emptied');
    await damage(slot, MAGIC_AT);
    await controller().clear_damaged_slot(slot);
    const before = canister.memoryHashes();
    const begun = controller().db_begin_import({
      archive: 'emptied',
      total_size: 2n ** 37n,
      sha256: [],
      idle_seconds: [],
    });
    expect(await failureOf(begun)).toMatchObject({ code: 'IMPORT_SIZE' });
    expect(canister.memoryHashes()).toEqual(before);
  });
});

describe('a deleted archive whose slot holds what is not its own', () => {
  it('is not purged and can still be recovered; a controller clears the slot, and purges then', async () => {
    const { slot, generation } = await archiveWithBackup('foreign');
    const reference = `foreign@${generation}`;
    await hers().administer('foreign').delete();
    await damage(slot, MAGIC_AT);
    const before = canister.memoryHashes();
    expect(await failureOf(controller().purge_archive(reference))).toMatchObject({ code: 'SLOT_FOREIGN' });
    expect(canister.memoryHashes()).toEqual(before);
    expect(await hers().administer(reference).recover()).toMatchObject({
      id: 'foreign',
      state: { Damaged: null },
    });
    await hers().administer('foreign').delete();
    expect(await controller().clear_damaged_slot(slot)).toEqual({ ok: true });
    await canister.client().administer(reference).purge();
    expect((await canister.client().createArchive('next', ALICE, { slot })).slot).toBe(slot);
  });
});
