import { Principal } from '@dfinity/principal';
import { describe, expect, it } from 'vitest';
import { TabulariumClient } from '../../src/client';
import { fakeService } from './fake-service';

const NO_BUDGETS = {
  instructions: [],
  rows: [],
  result_bytes: [],
  sql_bytes: [],
  parameters: [],
  dirty_pages: [],
};
const NO_LIMITS = { size_limit: [], bucket_budget: [], budgets: [] };
const ARCHIVE = { id: 'acme', generation: 6n };

const canister = fakeService(() => ({ ok: ARCHIVE }));
const client = new TabulariumClient(canister.service);
const archive = client.archive('acme');
const admin = client.administer('acme');
const loosely = (options: object) => options as never;

describe('an option that is not known', () => {
  it.each<[string, () => unknown, string]>([
    ['createArchive', () => client.createArchive('a', undefined, loosely({ pagesize: 512 })), 'pagesize'],
    [
      'limits of createArchive',
      () => client.createArchive('a', undefined, { limits: loosely({ size: 1 }) }),
      'size',
    ],
    ['withBudgets', () => archive.withBudgets(loosely({ row: 1 })), 'row'],
    ['changeAccess', () => admin.changeAccess(loosely({ reader: [Principal.anonymous()] })), 'reader'],
    ['configure', () => admin.configure(loosely({ deleteProtection: true })), 'deleteProtection'],
    ['limit', () => admin.limit(loosely({ size_limit: 1 })), 'size_limit'],
    ['budgets of limit', () => admin.limit({ budgets: loosely({ row: 1 }) }), 'row'],
    ['listArchives', () => client.listArchives(loosely({ labels: {} })), 'labels'],
    ['a statement of a batch', () => archive.batch([loosely({ sql: '', params: [] })]), 'params'],
    ['beginExport', () => archive.beginExport(loosely({ chunkBytes: 1 })), 'chunkBytes'],
    ['exportImage', () => archive.exportImage(loosely({ name: 'x' })), 'name'],
    ['importImage', () => archive.importImage(new Uint8Array(1), loosely({ keepas: 'x' })), 'keepas'],
    ['fork', () => archive.fork('b', loosely({ from: 'x' })), 'from'],
    ['check', () => archive.upkeep.check('quick', loosely({ tables: ['x'] })), 'tables'],
    ['migrations.apply', () => client.migrations.apply('a', [], loosely({ until: 3 })), 'until'],
    ['adoptSlot', () => client.adoptSlot(120, 'a', loosely({ name: 'x' })), 'name'],
  ])('of %s is named, and nothing is sent', async (_, call, name) => {
    const sent = canister.calls.length;
    const error = await (async () => call())().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(`Unknown option "${name}"; there are "`);
    expect(canister.calls.slice(sent)).toEqual([]);
  });
});

describe('limits', () => {
  it.each([
    ['a size', { sizeLimit: 1_000_000 }, { ...NO_LIMITS, size_limit: [[1_000_000n]] }],
    ['a size as bigint', { sizeLimit: 5n }, { ...NO_LIMITS, size_limit: [[5n]] }],
    ['no size', { sizeLimit: null }, { ...NO_LIMITS, size_limit: [[]] }],
    ['buckets', { bucketBudget: 9 }, { ...NO_LIMITS, bucket_budget: [[9]] }],
    [
      'a budget, and another no more',
      { budgets: { resultBytes: 3, rows: null } },
      { ...NO_LIMITS, budgets: [{ ...NO_BUDGETS, result_bytes: [[3n]], rows: [[]] }] },
    ],
  ])('set %s, and name no others', async (_, change, limits) => {
    await admin.limit(change);
    expect(canister.calls.at(-1)).toEqual({ method: 'limit_archive', parameters: ['acme', limits] });
  });

  it("of a new archive are named beside the canister's", async () => {
    await client.createArchive('acme', undefined, { limits: { sizeLimit: 5n, budgets: { rows: 2 } } });
    expect(canister.calls.at(-1)!.parameters[0]).toMatchObject({
      limits: [{ size_limit: [[5n]], bucket_budget: [], budgets: [{ ...NO_BUDGETS, rows: [[2n]] }] }],
    });
  });

  it.each([
    [{ sizeLimit: -1 }, new RangeError('Expected the "sizeLimit" option to be an integer of at least 0')],
    [
      { bucketBudget: 0.5 },
      new RangeError('Expected the "bucketBudget" option to be an integer of at least 0'),
    ],
    [loosely({ sizeLimit: [5n] }), new TypeError('Expected the "sizeLimit" option to be a number or bigint')],
  ])('are not %o', async (change, error) => {
    await expect(admin.limit(change)).rejects.toThrow(error);
  });
});

describe('a block', () => {
  it.each(['block', 'unblock'] as const)('is of reads or writes, whichever %s names', async (method) => {
    await expect(admin[method](loosely({}), 'why')).rejects.toThrow(
      new TypeError("Expected 'reads' or 'writes'"),
    );
    await expect(admin[method]('everything' as never, 'why')).rejects.toThrow(TypeError);
    await admin[method]('writes', 'why');
    expect(canister.calls.at(-1)!.parameters[1]).toEqual({ Writes: null });
  });
});

it('a deletion answers the reference by which the archive is recovered', async () => {
  expect(await admin.delete()).toEqual({ ...ARCHIVE, reference: 'acme@6' });
});
