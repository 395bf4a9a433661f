import type { ArchiveClient } from '../../client';
import type { Installation } from '../../harness';
import type { ExecutionRecord } from '../../replica';
import { installMeasured } from '../canister';
import { atMost, type Figure } from '../figure';

const TOPIC = 'memory';
const MIB = 2 ** 20;

/** Archives that all work at once, each with a table of 2 MiB, and two indexes on its values in the end. */
const WORKING = 12;
const WORKING_ROWS = 2_000;

/** Archives that are gone round: more than an engine keeps open by itself, and all slots. */
const ROUNDS = [10, 135] as const;
const ROUND_ROWS = 1_000;
const MOST_FOR_ROUND = 1.15;
const WARM_UP_CALLS = 1;

/** Updates of which the worst is the figure. */
const WARM_UPDATES = 20;

/** What archives have of each other's memory, and what a small message touches of it (issue 11). */
export async function measureMemory(): Promise<Figure[]> {
  return [...(await measureWorking()), ...(await measureRounds()), ...(await measureTouched())];
}

/** Archives that scan, write, sort and index in turn, and again while all of them are warm. */
async function measureWorking(): Promise<Figure[]> {
  const canister = await installMeasured();
  await canister.pic.tick();
  const atStart = canister.inspect.heapBytes;
  const archives = await createArchives(
    canister,
    WORKING,
    `CREATE TABLE item (id INTEGER PRIMARY KEY, value TEXT);
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ${WORKING_ROWS})
     INSERT INTO item (value) SELECT hex(randomblob(500)) FROM n`,
  );
  const work = (round: number) => [
    'SELECT sum(length(value)) FROM item',
    'UPDATE item SET value = hex(randomblob(500))',
    'SELECT count(*) FROM (SELECT id FROM item ORDER BY value || 1 LIMIT -1 OFFSET 1)',
    `CREATE INDEX by_value_${round} ON item (value)`,
  ];
  let failures = 0;
  for (const sql of [...work(1), ...work(2)]) {
    for (const archive of archives) {
      await archive.execute(sql).catch(() => failures++);
    }
  }
  const afterwards = canister.inspect.heapBytes;
  await canister.pic.tearDown();
  const name = `${WORKING} archives of 2 MiB, each scanned, written, sorted and indexed in turn, twice`;
  return [
    atMost(TOPIC, 'Wasm memory once the canister is installed and has booted', atStart / MIB, 24, 'MiB'),
    atMost(TOPIC, `${name}: failures`, failures, 0, 'statements'),
    atMost(TOPIC, `${name}: Wasm memory afterwards`, afterwards / MIB, 256, 'MiB'),
  ];
}

/** What a call costs that goes round all archives, beside the same call to one of them alone. */
async function measureRounds(): Promise<Figure[]> {
  const canister = await installMeasured();
  const archives = await createArchives(canister, Math.max(...ROUNDS), SMALL_ARCHIVE);
  const cost = async (archive: ArchiveClient, call: Call) => {
    await call(archive);
    return canister.inspect.last().chargedInstructions;
  };
  const figures: Figure[] = [];
  for (const count of ROUNDS) {
    const round = archives.slice(0, count);
    for (const [name, call] of CALLS) {
      for (let warmUp = 0; warmUp < WARM_UP_CALLS; warmUp++) {
        for (const archive of round) await call(archive);
      }
      let total = 0;
      for (const archive of round) total += await cost(archive, call);
      const [first] = round as [ArchiveClient];
      await call(first);
      const alone = await cost(first, call);
      figures.push(
        atMost(
          TOPIC,
          `${name}, round ${count} archives of 1,000 rows`,
          total / count / alone,
          MOST_FOR_ROUND,
          'times one archive',
        ),
      );
    }
  }
  await canister.pic.tearDown();
  return figures;
}

type Call = (archive: ArchiveClient) => Promise<unknown>;

const CALLS: readonly (readonly [name: string, call: Call])[] = [
  ['a point read (query)', (archive) => archive.query('SELECT name FROM item WHERE id = ?', 500)],
  ['a single-row update', (archive) => updateRow(archive, 400)],
];

const SMALL_ARCHIVE = `CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ${ROUND_ROWS})
  INSERT INTO item SELECT i, 'item number ' || i FROM n`;

function updateRow(archive: ArchiveClient, id: number): Promise<unknown> {
  return archive.execute("UPDATE item SET name = name || '.' WHERE id = ?", id);
}

/**
 * The 64 KiB pages that a warm single-row update touches, dispatch, codec and interpreter included. The heap's limits are what it touches
 * today; issue 11's are 9 and 7, for native work alone.
 */
async function measureTouched(): Promise<Figure[]> {
  const canister = await installMeasured();
  const [archive] = (await createArchives(canister, 1, SMALL_ARCHIVE)) as [ArchiveClient];
  const records: ExecutionRecord[] = [];
  for (let update = 0; update < 2 * WARM_UPDATES; update++) {
    await updateRow(archive, 1 + ((update * 37) % ROUND_ROWS));
    records.push(canister.inspect.last());
  }
  await canister.pic.tearDown();
  const warm = records.slice(-WARM_UPDATES);
  const pages = (what: string, which: keyof ExecutionRecord['touched'], limit: number) =>
    atMost(
      TOPIC,
      `a warm single-row update, its whole message: ${what}`,
      Math.max(...warm.map(({ touched }) => touched[which])),
      limit,
      'pages of 64 KiB',
    );
  return [
    pages('heap touched', 'heapAccessed', 11),
    pages('heap written', 'heapWritten', 9),
    pages('stable memory touched', 'stableAccessed', 2),
    pages('stable memory written', 'stableWritten', 2),
  ];
}

async function createArchives(canister: Installation, count: number, sql: string): Promise<ArchiveClient[]> {
  const client = canister.client();
  const archives: ArchiveClient[] = [];
  for (let index = 0; index < count; index++) {
    await client.createArchive(`archive-${index}`);
    const archive = client.archive(`archive-${index}`);
    await archive.execute(sql);
    archives.push(archive);
  }
  return archives;
}
