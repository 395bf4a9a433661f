import { beforeAll, describe, expect, it } from 'vitest';
import type { CandidSlot } from '../../src/candid';
import { readVirtualMemory } from '../native/storage/manager-image';
import { StableImage } from '../support/stable-image';
import { ALICE, failureOf, InstalledTabularium, OPERATOR } from '../support/tabularium';

const FIRST = 130;
const ARCHIVES = ['sound', 'torn', 'other', 'gone', 'unreadable', 'worthless', 'forgotten', 'foreign'];
const CATALOG = 119;
const CELL = 16_384;
/** Of a cell without any text. */
const NEVER_WRITTEN = new Uint8Array(20);

const slotOf = (id: string) => FIRST + ARCHIVES.indexOf(id);
/** Where the catalog's record of a slot begins. */
const recordOf = (id: string) => (1 + ARCHIVES.indexOf(id)) * CELL;

let canister: InstalledTabularium;
let backup: Uint8Array;
const controller = () => canister.actor(OPERATOR);
const client = () => canister.client();

beforeAll(async () => {
  canister = await InstalledTabularium.install({
    bucketSizeInPages: 1,
    slots: { first: FIRST, last: FIRST + 15, anchor: [] },
  });
  for (const id of ARCHIVES) {
    const archive = await canister.archive(id, ALICE);
    await archive.execute(`CREATE TABLE t(x); INSERT INTO t VALUES ('${id}')`);
  }
  backup = await client().archive('torn').exportImage();
  const stable = new StableImage(canister);
  stable.flip(slotOf('torn'), 40);
  stable.copy(slotOf('sound'), slotOf('other'));
  stable.empty(slotOf('gone'));
  stable.flip(CATALOG, recordOf('unreadable') + 60);
  stable.flip(CATALOG, recordOf('worthless') + 60);
  stable.flip(slotOf('worthless'), 0);
  stable.overwrite(CATALOG, recordOf('forgotten'), NEVER_WRITTEN);
  stable.overwrite(CATALOG, recordOf('foreign'), NEVER_WRITTEN);
  stable.overwrite(slotOf('foreign'), 0, new Uint8Array(256).fill(7));
  await stable.restart();
});

const rowsOf = (id: string) => client().archive(id).query('SELECT x FROM t');
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'answered',
    ({ code }) => code,
  );

async function slot(id: string): Promise<CandidSlot> {
  return (await client().slots.list()).find((each) => each.slot === slotOf(id))!;
}

/** What the doctor finds about the slots: codes by the slot's archive. */
async function findings(): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const { code, memory_id } of await client().observation.doctor()) {
    const id = ARCHIVES[(memory_id[0] ?? 0) - FIRST];
    if (id !== undefined) found[id] = [...(found[id] ?? []), code];
  }
  return found;
}

function memoryOf(id: string): Uint8Array {
  const { inspect } = canister;
  return readVirtualMemory(inspect.readStable(0, inspect.stableBytes), slotOf(id));
}

describe('a start on damaged memory', () => {
  it('quarantines what is in doubt, and the rest serves', async () => {
    expect(await rowsOf('sound')).toEqual([{ x: 'sound' }]);
    await client().archive('sound').execute("INSERT INTO t VALUES ('more')");
    for (const [id, reason] of [
      ['torn', /archive is damaged/],
      ['other', /holds generation 1 instead of 3/],
      ['gone', /is empty/],
    ] as const) {
      await expect(rowsOf(id)).rejects.toMatchObject({
        code: 'ARCHIVE_DAMAGED',
        message: expect.stringMatching(reason),
      });
      const { state, reason: told } = await slot(id);
      expect([state, told[0]]).toEqual([{ Damaged: null }, expect.stringMatching(reason)]);
    }
    for (const id of ['unreadable', 'worthless']) {
      expect(await codeOf(rowsOf(id))).toBe('ARCHIVE_NOT_FOUND');
      expect(await slot(id)).toMatchObject({ state: { Damaged: null }, id: [] });
    }
  });

  it('is told by the doctor, each finding with its code', async () => {
    expect(await findings()).toEqual({
      torn: ['SLOT_MEMORY_DAMAGED', 'ARCHIVE_QUARANTINED'],
      other: ['GENERATION_MISMATCH', 'ARCHIVE_QUARANTINED'],
      gone: ['ARCHIVE_WITHOUT_STORAGE', 'ARCHIVE_QUARANTINED'],
      unreadable: ['SLOT_RECORD_DAMAGED'],
      worthless: ['SLOT_RECORD_DAMAGED'],
      forgotten: ['SLOT_MEMORY_ORPHANED'],
      foreign: ['SLOT_MEMORY_FOREIGN'],
    });
  });

  it('leaves the slots in doubt to nobody else', async () => {
    expect((await client().createArchive('new')).slot).toBe(FIRST + ARCHIVES.length);
    expect(await codeOf(client().createArchive('x', ALICE, { slot: slotOf('unreadable') }))).toBe(
      'SLOT_TAKEN',
    );
    expect(await codeOf(client().createArchive('x', ALICE, { slot: slotOf('forgotten') }))).toBe(
      'SLOT_OCCUPIED',
    );
  });
});

describe('a quarantine', () => {
  it.each(['torn', 'other', 'gone'])(
    'is not lifted while the slot does not hold the archive: %s',
    async (id) => {
      const failure = await failureOf(controller().lift_quarantine(id));
      expect(failure).toMatchObject({
        code: 'ARCHIVE_DAMAGED',
        message: expect.stringMatching(/stays quarantined/),
      });
    },
  );

  it('ends with a backup in the cleared slot: the archive is the same', async () => {
    const { generation } = await slot('other');
    await client().slots.clearDamaged(slotOf('other'));
    await client().archive('other').importImage(backup);
    await client().administer('other').liftQuarantine();
    expect(await rowsOf(`other@${generation}`)).toEqual([{ x: 'torn' }]);
  });

  it.each(['torn', 'gone'])('ends with a purge, and a backup makes a new archive of it: %s', async (id) => {
    const { generation } = await client().administer(id).delete();
    await client().administer(`${id}@${generation}`).purge();
    expect((await slot(id)).state).toEqual({ Free: null });
    await client().createArchive(id, ALICE, { slot: slotOf(id), content: 'import' });
    await client().archive(id).importImage(backup);
    expect(await rowsOf(id)).toEqual([{ x: 'torn' }]);
  });
});

describe('a claim', () => {
  it.each(['unreadable', 'forgotten'])('keeps the data of an archive without a record: %s', async (id) => {
    const claimed = await client().createArchive(`${id}-again`, ALICE, {
      slot: slotOf(id),
      content: 'claim',
    });
    expect(claimed).toMatchObject({ slot: slotOf(id), owner: ALICE });
    expect(await canister.client(ALICE).archive(`${id}-again`).query('SELECT x FROM t')).toEqual([{ x: id }]);
    const former = `${id}@${ARCHIVES.indexOf(id) + 1}`;
    expect(await codeOf(rowsOf(former))).toBe('REFERENCE_STALE');
  });

  it('of what is no archive is refused, and touches nothing', async () => {
    const before = memoryOf('foreign');
    const choices = { slot: slotOf('foreign'), content: 'claim' as const };
    expect(await codeOf(client().createArchive('x', ALICE, choices))).toBe('SLOT_FOREIGN');
    expect(Buffer.compare(memoryOf('foreign'), before)).toBe(0);
    expect(await codeOf(rowsOf('x'))).toBe('ARCHIVE_NOT_FOUND');
  });
});

describe('a slot whose record cannot be trusted', () => {
  it('is cleared by a controller: its buckets go back, and it serves another generation', async () => {
    const free = async () => {
      const { free_buckets, spare_buckets } = await client().observation.memory();
      return free_buckets + spare_buckets;
    };
    const before = await free();
    expect(await failureOf(canister.actor(ALICE).clear_damaged_slot(slotOf('worthless')))).toMatchObject({
      code: 'NOT_AUTHORISED',
    });
    await client().slots.clearDamaged(slotOf('worthless'));
    expect(await free()).toBeGreaterThan(before);
    expect(await slot('worthless')).toMatchObject({ state: { Free: null }, id: [] });
    const { generation } = await client().createArchive('next', ALICE, { slot: slotOf('worthless') });
    expect(generation).toBeGreaterThan(BigInt(ARCHIVES.length));
    expect(await codeOf(rowsOf('worthless@6'))).toBe('REFERENCE_STALE');
    await expect(client().slots.clearDamaged(slotOf('worthless'))).rejects.toMatchObject({
      code: 'SLOT_NOT_DAMAGED',
    });
  });
});

describe('after all of it', () => {
  it('an upgrade finds the canister in order, but for what is not its own', async () => {
    await canister.upgrade();
    expect(await findings()).toEqual({ foreign: ['SLOT_MEMORY_FOREIGN'] });
    for (const id of ['sound', 'unreadable-again', 'forgotten-again', 'torn']) {
      expect(await rowsOf(id)).not.toEqual([]);
    }
  });
});
