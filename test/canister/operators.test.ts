import { beforeAll, describe, expect, it } from 'vitest';
import type { CandidResult } from '../../src/candid';
import { ALICE, BOB, failureOf, InstalledTabularium, OPERATOR } from '../support/tabularium';

let canister: InstalledTabularium;
const controller = () => canister.actor(OPERATOR);

beforeAll(async () => {
  canister = await InstalledTabularium.install({ slots: { first: 20, last: 24, anchor: [22] } });
  await canister.pic.tick(4);
});

async function ok<T>(reply: Promise<CandidResult<T>>): Promise<T> {
  const result = await reply;
  if ('err' in result) throw new Error(`${result.err.code}: ${result.err.message}`);
  return result.ok;
}

describe('the slots of the install argument', () => {
  it('are allocated from the anchor on, and no others', async () => {
    const slots: number[] = [];
    for (const id of ['a', 'b', 'c', 'd', 'e'])
      slots.push((await canister.client().createArchive(id, ALICE)).slot);
    expect(slots).toEqual([22, 20, 21, 23, 24]);
    await canister.client(ALICE).archive('a').execute('CREATE TABLE t(x); INSERT INTO t VALUES (1)');
    await expect(canister.client().createArchive('f')).rejects.toThrow(/all 5 slots/);
  });

  it('are kept by an upgrade', async () => {
    await canister.upgrade();
    expect(await ok(controller().describe_canister())).toMatchObject({
      slots: { first: 20, last: 24, anchor: 22 },
      archives: 5,
    });
    expect(await canister.client(ALICE).archive('a').query('SELECT x FROM t')).toEqual([{ x: 1 }]);
  });

  it.each([
    ['overlap what Tabularium keeps', { first: 100, last: 130, anchor: [] as [] }],
    ['have their anchor elsewhere', { first: 120, last: 130, anchor: [140] as [number] }],
    ['are none', { first: 130, last: 129, anchor: [] as [] }],
    ['go beyond 254', { first: 200, last: 255, anchor: [] as [] }],
  ])('are refused when they %s', async (_, slots) => {
    await expect(InstalledTabularium.install({ slots })).rejects.toThrow(/cannot be installed/);
  });
});

describe('a slot', () => {
  it('is reserved and released', async () => {
    const { generation } = await canister.client().administer('e').delete();
    expect(await ok(controller().describe_canister())).toMatchObject({ archives: 4 });
    expect(await ok(controller().canister_metrics())).toMatchObject({ archives: 4 });
    await canister.client().administer(`e@${generation}`).purge();
    expect(await failureOf(controller().release_slot(24))).toMatchObject({ code: 'SLOT_NOT_RESERVED' });
    await ok(controller().reserve_slot(24, 'for the migration'));
    await expect(canister.client().createArchive('f')).rejects.toThrow(/all 5 slots/);
    expect((await ok(controller().list_slots())).at(-1)).toMatchObject({
      slot: 24,
      state: { Reserved: null },
      reason: ['for the migration'],
      generation,
    });
    await ok(controller().release_slot(24));
    expect((await canister.client().createArchive('f')).slot).toBe(24);
    expect(await failureOf(controller().clear_damaged_slot(24))).toMatchObject({ code: 'SLOT_NOT_DAMAGED' });
  });

  it('keeps a tombstone of what it held', async () => {
    const page = await ok(controller().list_tombstones(0n, 10));
    expect(page).toMatchObject({ tombstones: [{ id: 'e', slot: 24 }], next: [] });
  });
});

describe('operators', () => {
  it('look after the canister without reading rows', async () => {
    const bob = canister.actor(BOB);
    expect(await failureOf(bob.list_slots())).toMatchObject({ code: 'NOT_AUTHORISED' });
    await ok(controller().set_operators([BOB]));
    await ok(bob.list_slots());
    await ok(bob.doctor());
    expect(await failureOf(bob.query('a', 'SELECT 1', [], []))).toMatchObject({ code: 'NOT_AUTHORISED' });
    expect(await failureOf(bob.set_operators([ALICE]))).toMatchObject({ code: 'NOT_AUTHORISED' });
    expect((await canister.client(BOB).listArchives()).length).toBe(5);
  });
});

describe('the settings of the canister', () => {
  it('are replaced, checked, and kept', async () => {
    const { settings } = await ok(controller().describe_canister());
    const changed = { ...settings, recovery_window_seconds: 3_600n, metrics_audience: { Nobody: null } };
    await ok(controller().configure_canister(changed));
    await canister.upgrade();
    expect((await ok(controller().describe_canister())).settings).toEqual(changed);
    const bad = { ...settings, job_intervals: { ...settings.job_intervals, checksum: [5n] as [bigint] } };
    expect(await failureOf(controller().configure_canister(bad))).toMatchObject({ code: 'INVALID_SETTING' });
  });
});

describe('the audit log', () => {
  it('tells who did what to which archive, with the outcome, over upgrades', async () => {
    await failureOf(canister.actor(ALICE).rename_archive('a', 'z'));
    await failureOf(controller().rename_archive('a', 'b'));
    const { entries } = await ok(controller().read_audit_log([], 1_000));
    expect(entries[0]).toMatchObject({
      method: 'rename_archive',
      archive: ['a@1'],
      outcome: 'ARCHIVE_EXISTS',
      detail: 'to b',
    });
    expect(entries[0]!.caller.toText()).toBe(OPERATOR.toText());
    expect(entries.map(({ method }) => method)).toContain('set_operators');
    expect(entries.at(-1)).toMatchObject({ sequence: 0n, method: 'create_archive', outcome: 'ok' });
    const page = await ok(controller().read_audit_log([3n], 2));
    expect(page.entries.map(({ sequence }) => sequence)).toEqual([2n, 1n]);
    expect(page.next).toEqual([1n]);
  });

  it('goes on whatever a tenant calls an archive', async () => {
    for (let n = 0; n < 3; n++) {
      const reference = `a@${'x'.repeat(16_000)}`;
      const refused = await failureOf(canister.actor(ALICE).block_archive(reference, { Writes: null }, ''));
      expect(refused.code).toBe('INVALID_REFERENCE');
    }
    await canister.client().administer('a').configure({ delete_protection: false });
    const { entries } = await ok(controller().read_audit_log([], 2));
    expect(entries).toMatchObject([
      { method: 'configure_archive', outcome: 'ok' },
      { method: 'block_archive', archive: [expect.stringMatching(/^a@x+\.\.\.$/)] },
    ]);
  });
});

describe('the doctor', () => {
  it('finds a canister in order', async () => {
    expect((await ok(controller().doctor())).filter(({ code }) => code !== 'SLOTS_NEARLY_USED')).toEqual([]);
  });
});
