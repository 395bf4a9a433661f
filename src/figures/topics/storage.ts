import type { Installation } from '../../harness';
import { installMeasured } from '../canister';
import { atMost, type Figure } from '../figure';
import { type RowCosts, StorageCanister } from '../storage-canister';
import { measureShortRows } from './storage-short-rows';

const TOPIC = 'storage';
const INSTRUCTIONS = 'instructions';
const A_BYTE = 'instructions a byte';

const SMALL = 120;
const LARGE = 121;
const SPLIT = 122;
const COPY = 123;
const UNHASHED = 124;
const SPLIT_KEPT = 125;
const SMALL_ROWS = 1_000;
/** Of about a kilobyte each: a little more than a GiB. */
export const LARGE_ROWS = 1_060_000;
const GIB = 2 ** 30;
const TIMES = 1_000;
/** An image to import, 16 MiB. */
const IMPORTED_ROWS = 16_000;
/** 4 MiB of the shortest rows. */
const SHORT_ROW_PAGES = 1_024;
const NO_LIMIT = 30e9;
/** SQLite's own balancing of a page and its neighbours, which no issue has a limit for. */
const WORST_SPLIT = 400_000;
/**
 * Beyond 1.5 times there is nothing but stable memory's price (docs/STORAGE.md, Costs). That price is fixed, so the ratio grows
 * when SQL gets cheaper; what the read of 1 GiB takes has a limit of its own.
 */
const READ_WITH_STABLE_MEMORY = 1.62;
/** What the IC charges for each byte that a reply is given, whatever made it. */
const REPLY_BYTE = 50;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What the page store costs beside SQLite (issue 3). */
export async function measureStorage(): Promise<Figure[]> {
  return [
    ...(await measureRows()),
    ...(await measureImages()),
    ...(await measureShortRows(SHORT_ROW_PAGES)),
    ...(await measureCalls()),
  ];
}

/** Single rows in archives of 1,000 rows and of a GiB, without and with a snapshot. */
async function measureRows(): Promise<Figure[]> {
  const canister = await StorageCanister.install('2025-10');
  const { actor } = canister;
  await canister.createArchive(SMALL, SMALL_ROWS);
  await canister.createArchive(LARGE, LARGE_ROWS);
  if ((await actor.size(LARGE)) < GIB) throw new Error('the large archive has less than a GiB');
  const small = await canister.rowCosts(SMALL, SMALL_ROWS, TIMES, 1);
  const large = await canister.rowCosts(LARGE, LARGE_ROWS, TIMES, 1);
  await actor.create_snapshot(SMALL, 'first');
  const charged = {
    small: await canister.stableCostOfRead(SMALL, SMALL_ROWS, TIMES),
    large: await canister.stableCostOfRead(LARGE, LARGE_ROWS, TIMES),
  };
  const [, snapshot] = await actor.create_snapshot(LARGE, 'first');
  const smallKept = await canister.rowCosts(SMALL, SMALL_ROWS, TIMES, 2);
  const largeKept = await canister.rowCosts(LARGE, LARGE_ROWS, TIMES, 2);
  const splits = await measureSplits(canister, SPLIT, false);
  const splitsKept = await measureSplits(canister, SPLIT_KEPT, true);
  const exported = await measureExport(canister);
  await canister.pic.tearDown();
  const worst = ({ update }: RowCosts) => Math.max(...update);
  const instructions = (name: string, value: number, limit: number) =>
    atMost(TOPIC, name, Math.round(value), limit, INSTRUCTIONS);
  return [
    instructions('snapshot of an archive of 1 GiB', Number(snapshot), 100_000),
    instructions('single-row update, 1,000 rows, no snapshot: worst of 1,000', worst(small), 60_000),
    instructions('single-row update, 1,000 rows, with a snapshot: worst of 1,000', worst(smallKept), 120_000),
    instructions('single-row update, 1 GiB, no snapshot: mean of 1,000', mean(large.update), 60_000),
    instructions('single-row update, 1 GiB, with a snapshot: worst of 1,000', worst(largeKept), 120_000),
    instructions('row made longer, no snapshot, splits included: mean of 1,000', mean(splits), 60_000),
    instructions('row made longer, no snapshot: the worst split of 1,000', Math.max(...splits), WORST_SPLIT),
    instructions(
      'row made longer, with a snapshot, splits included: mean of 1,000',
      mean(splitsKept),
      120_000,
    ),
    instructions(
      'row made longer, with a snapshot: the worst split of 1,000',
      Math.max(...splitsKept),
      WORST_SPLIT,
    ),
    instructions('point read inside the canister, 1 GiB: mean of 1,000', mean(large.read), 26_000),
    atMost(
      TOPIC,
      'point read inside the canister, 1 GiB against 1,000 rows',
      mean(large.read) / mean(small.read),
      READ_WITH_STABLE_MEMORY,
      'times',
    ),
    atMost(
      TOPIC,
      'of that, without what the IC charges for stable memory',
      (mean(large.read) - charged.large) / (mean(small.read) - charged.small),
      1.5,
      'times',
    ),
    atMost(TOPIC, 'export, without what the IC charges for a reply', exported, 1.3, A_BYTE),
  ];
}

/** Instructions of updates that make rows longer, until the pages of a table are split. */
async function measureSplits(canister: StorageCanister, slot: number, isKept: boolean): Promise<number[]> {
  await canister.actor.create(slot);
  return (await canister.actor.splits(slot, TIMES, isKept)).map(([, instructions]) => Number(instructions));
}

/** Instructions for each byte of a pinned image that leaves the canister. */
async function measureExport(canister: StorageCanister): Promise<number> {
  const { actor } = canister;
  const token = await actor.begin_export(LARGE);
  const { ok } = await actor.export_chunk(LARGE, token, 0n, 1_900_000);
  await actor.end_export(LARGE, token);
  const { instructions, outcome } = canister.executions('export_chunk').at(-1)!;
  const replied = outcome.kind === 'reply' ? outcome.bytes : 0;
  return (instructions - replied * REPLY_BYTE) / ok.length;
}

/** An import with and without its hash. */
async function measureImages(): Promise<Figure[]> {
  const canister = await StorageCanister.install('2025-10');
  const { actor } = canister;
  await canister.createArchive(SMALL, IMPORTED_ROWS);
  const token = await actor.begin_export(SMALL);
  const from = { slot: SMALL, token, size: Number(await actor.size(SMALL)) };
  for (const slot of [COPY, UNHASHED]) await actor.create(slot);
  await canister.import(from, COPY, await canister.digest(SMALL, token, from.size), NO_LIMIT);
  const hashed = canister.instructionsOf('begin_import', 'import_chunk', 'verify_import', 'switch_import');
  const verifyHashed = canister.instructionsOf('verify_import');
  await canister.import(from, UNHASHED, new Uint8Array(0), NO_LIMIT);
  const hash = verifyHashed - (canister.instructionsOf('verify_import') - verifyHashed);
  await canister.pic.tearDown();
  const aByte = (name: string, value: number, limit: number) =>
    atMost(TOPIC, name, value / from.size, limit, A_BYTE);
  return [
    aByte('import of 16 MiB: chunks, SHA-256, quick_check and switch', hashed, 80),
    aByte('of that, SHA-256', hash, 71),
  ];
}

/** What a caller pays for a row of an archive of a GiB, against one of 1,000 rows: whole calls, with their Candid. */
async function measureCalls(): Promise<Figure[]> {
  const canister = await installMeasured();
  const costs = {
    small: await callCosts(canister, 'small', SMALL_ROWS),
    large: await callCosts(canister, 'large', LARGE_ROWS),
  };
  await canister.pic.tearDown();
  const ratio = (name: string, kind: 'read' | 'update') =>
    atMost(TOPIC, name, costs.large[kind] / costs.small[kind], 1.5, 'times');
  return [
    ratio('call that reads a row by its key, 1 GiB against 1,000 rows', 'read'),
    ratio('call that updates a row by its key, 1 GiB against 1,000 rows', 'update'),
  ];
}

const ROWS_OF_A_CALL = 20_000;
const CALLS = 50;

/** Mean work of calls for single rows all over a new archive's table. */
async function callCosts(canister: Installation, id: string, rows: number): Promise<RowCall> {
  await canister.client().createArchive(id);
  const archive = canister.client().archive(id);
  await archive.execute('CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT NOT NULL, body BLOB)');
  for (let first = 1; first <= rows; first += ROWS_OF_A_CALL) {
    await archive.execute(
      `WITH RECURSIVE n(i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n LIMIT ?2)
       INSERT INTO item SELECT i, printf('value-%07d', i), zeroblob(950) || randomblob(20) FROM n`,
      first,
      Math.min(ROWS_OF_A_CALL, rows + 1 - first),
    );
  }
  const read: number[] = [];
  const update: number[] = [];
  for (let n = 1; n <= CALLS; n++) {
    const key = 1 + ((n * 7_919) % rows);
    await archive.execute(
      'UPDATE item SET name = ?2 WHERE id = ?1',
      key,
      `other-${String(n).padStart(7, '0')}`,
    );
    update.push(canister.inspect.last('update').work);
    await archive.query('SELECT name FROM item WHERE id = ?1', 1 + ((n * 104_729) % rows));
    read.push(canister.inspect.last('query').work);
  }
  return { read: mean(read), update: mean(update) };
}

interface RowCall {
  readonly read: number;
  readonly update: number;
}
