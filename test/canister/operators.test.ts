import { beforeAll, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/client/error';
import { collect } from '../support/collect';
import { ALICE, BOB, failureOf, InstalledTabularium, OPERATOR } from '../support/tabularium';

let canister: InstalledTabularium;
const client = () => canister.client();

beforeAll(async () => {
  canister = await InstalledTabularium.install({ slots: { first: 20, last: 24, anchor: [22] } });
  await canister.pic.tick(4);
});

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
    expect(await client().settings.describe()).toMatchObject({
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
    expect(await client().settings.describe()).toMatchObject({ archives: 4 });
    expect(await client().observation.metrics()).toMatchObject({ archives: 4 });
    await canister.client().administer(`e@${generation}`).purge();
    await expect(client().slots.release(24)).rejects.toMatchObject({ code: 'SLOT_NOT_RESERVED' });
    await client().slots.reserve(24, 'for the migration');
    await expect(canister.client().createArchive('f')).rejects.toThrow(/all 5 slots/);
    expect((await client().slots.list()).at(-1)).toMatchObject({
      slot: 24,
      state: { Reserved: null },
      reason: ['for the migration'],
      generation,
    });
    await client().slots.release(24);
    expect((await canister.client().createArchive('f')).slot).toBe(24);
    await expect(client().slots.clearDamaged(24)).rejects.toMatchObject({ code: 'SLOT_NOT_DAMAGED' });
  });

  it('keeps a tombstone of what it held', async () => {
    const tombstones = await collect(client().slots.tombstones());
    expect(tombstones).toMatchObject([{ id: 'e', slot: 24 }]);
  });
});

describe('operators', () => {
  it('look after the canister without reading rows', async () => {
    const bob = canister.actor(BOB);
    expect(await failureOf(bob.list_slots())).toMatchObject({ code: 'NOT_AUTHORISED' });
    await client().settings.setOperators([BOB]);
    await canister.client(BOB).slots.list();
    await canister.client(BOB).observation.doctor();
    expect(await failureOf(bob.query('a', 'SELECT 1', [], []))).toMatchObject({ code: 'NOT_AUTHORISED' });
    expect(await failureOf(bob.set_operators([ALICE]))).toMatchObject({ code: 'NOT_AUTHORISED' });
    expect((await canister.client(BOB).listArchives()).length).toBe(5);
  });
});

describe('the settings of the canister', () => {
  it('are replaced, checked, and kept', async () => {
    const { settings } = await client().settings.describe();
    const change = { recovery_window_seconds: 3_600n, metrics_audience: { Nobody: null } };
    await client().settings.configure(change);
    await canister.upgrade();
    expect((await client().settings.describe()).settings).toEqual({ ...settings, ...change });
    const job_intervals = { ...settings.job_intervals, checksum: [5n] as [bigint] };
    await expect(client().settings.configure({ job_intervals })).rejects.toMatchObject({
      code: 'INVALID_SETTING',
    });
  });
});

describe('the audit log', () => {
  it('tells who did what to which archive, with the outcome, over upgrades', async () => {
    await failureOf(canister.actor(ALICE).rename_archive('a', 'z'));
    await failureOf(canister.actor(OPERATOR).rename_archive('a', 'b'));
    const entries = await collect(client().observation.auditLog());
    expect(entries[0]).toMatchObject({
      method: 'rename_archive',
      archive: ['a@1'],
      outcome: 'ARCHIVE_EXISTS',
      detail: 'to b',
    });
    expect(entries[0]!.caller.toText()).toBe(OPERATOR.toText());
    expect(entries.map(({ method }) => method)).toContain('set_operators');
    expect(entries.at(-1)).toMatchObject({ sequence: 0n, method: 'create_archive', outcome: 'ok' });
    const page = unwrap(await canister.actor(OPERATOR).read_audit_log([3n], 2));
    expect(page.entries.map(({ sequence }) => sequence)).toEqual([2n, 1n]);
    expect(page.next).toEqual([1n]);
  });

  it('goes on whatever a tenant calls an archive', async () => {
    for (let n = 0; n < 3; n++) {
      const reference = `a@${'x'.repeat(1_000)}`;
      const refused = await failureOf(canister.actor(ALICE).block_archive(reference, { Writes: null }, ''));
      expect(refused.code).toBe('INVALID_REFERENCE');
    }
    await canister.client().administer('a').configure({ delete_protection: false });
    const { entries } = unwrap(await canister.actor(OPERATOR).read_audit_log([], 2));
    expect(entries).toMatchObject([
      { method: 'configure_archive', outcome: 'ok' },
      { method: 'block_archive', archive: [expect.stringMatching(/^a@x+\.\.\.$/)] },
    ]);
  });
});

describe('the doctor', () => {
  it('finds a canister in order', async () => {
    const findings = await client().observation.doctor();
    expect(findings.filter(({ code }) => code !== 'SLOTS_NEARLY_USED')).toEqual([]);
  });
});
