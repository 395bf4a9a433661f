import type { ExecutionRecord } from '../../replica';
import { runBenchCanister } from '../bench-canister';
import { installMeasured, installProfiled } from '../canister';
import { atMost, type Figure, messageFigures } from '../figure';

const TOPIC = 'sql';
const INSTRUCTIONS = 'instructions';
const SCANNED = 10_000;
const ROWS = 1_000;
const BATCHED = 100;
/** Calls of each message; an odd number. */
const REPEATED = 9;

/** What SQL over the wire costs, whole messages (issue 5). */
export async function measureSql(): Promise<Figure[]> {
  const canister = await installMeasured();
  await canister.client().createArchive('a');
  const archive = canister.client().archive('a');
  await archive.execute(`CREATE TABLE kv(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ${SCANNED})
    INSERT INTO item SELECT i, 'item number ' || i FROM n;
    INSERT INTO kv SELECT 'k' || id, name FROM item LIMIT ${ROWS}`);
  // The middle one of several, because which heap pages a message is first to touch differs from one to the next; by the
  // method's name, because the canister's timers run messages of their own.
  const message = async (
    method: 'query' | 'execute' | 'batch',
    call: () => Promise<unknown>,
  ): Promise<ExecutionRecord> => {
    for (let n = 0; n < REPEATED; n++) await call();
    const ran = canister.inspect.executions.filter(
      (execution) => execution.method === method && execution.kind !== 'inspect_message',
    );
    const sorted = ran.slice(-REPEATED).sort((a, b) => a.chargedInstructions - b.chargedInstructions);
    return sorted[(REPEATED - 1) / 2]!;
  };
  const read = () => archive.query('SELECT value FROM kv WHERE key = ?', 'k500');
  const readInUpdate = () => archive.execute('SELECT value FROM kv WHERE key = ?', 'k500');
  let next = SCANNED;
  const insert = () => archive.execute('INSERT INTO item VALUES (?, ?)', ++next, 'new');
  const insertMany = () =>
    archive.batch(
      Array.from({ length: BATCHED }, () => ({
        sql: 'INSERT INTO item VALUES (?, ?)',
        parameters: [++next, 'new'],
      })),
    );
  await readInUpdate();
  await insert();
  const rows = await message('query', () => archive.query('SELECT key, value FROM kv'));
  const aRow = { work: rows.work / ROWS, chargedInstructions: rows.chargedInstructions / ROWS };
  const figures = [
    ...messageFigures(TOPIC, 'a point read by query, whole message', await message('query', read), {
      work: 100_000,
      total: 2_000_000,
    }),
    ...messageFigures(
      TOPIC,
      'a point read by update, statement kept, whole message',
      await message('execute', readInUpdate),
      { work: 80_000, total: 3_000_000 },
    ),
    ...messageFigures(TOPIC, 'a single-row insert, whole message', await message('execute', insert), {
      work: 100_000,
      total: 4_000_000,
    }),
    ...messageFigures(TOPIC, 'a batch of 100 inserts, whole message', await message('batch', insertMany), {
      work: 2_000_000,
      total: 6_000_000,
    }),
    ...messageFigures(TOPIC, '1,000 rows of two columns, whole message, a row', aRow, {
      work: 5_000,
      total: 7_500,
    }),
  ];
  await canister.pic.tearDown();
  return [...figures, ...(await measureBudget()), ...(await measureParts())];
}

/** What a budget adds to scans of 10,000 rows. */
async function measureBudget(): Promise<Figure[]> {
  const steps = await runBenchCanister();
  const scans = [...steps.keys()].filter((name) => steps.has(`${name}, on a budget`));
  return scans.map((name) => {
    const percent = (steps.get(`${name}, on a budget`)! / steps.get(name)! - 1) * 100;
    // Before a search the lengths of both texts are looked at, and nothing else is done for short ones.
    const limit = name.includes('like') ? 4 : 2;
    return atMost(TOPIC, `${name} of 10,000 rows: a budget adds`, percent, limit, '%');
  });
}

/** What single parts of a message cost, by the instructions of their functions. */
async function measureParts(): Promise<Figure[]> {
  const canister = await installProfiled();
  await canister.client().createArchive('a');
  const archive = canister.client().archive('a');
  await archive.execute(`CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ${ROWS})
    INSERT INTO item SELECT i, 'item number ' || i FROM n`);
  const instructionsOf = async (call: () => Promise<unknown>, ...parts: string[]): Promise<number> => {
    await call();
    canister.inspect.clearProfile();
    for (let n = 0; n < REPEATED; n++) await call();
    const lines = canister.inspect.profile.filter(({ name }) => parts.some((part) => name.includes(part)));
    return lines.reduce((sum, { instructions }) => sum + instructions, 0) / REPEATED;
  };
  const read = () => archive.execute('SELECT name FROM item WHERE id = ?', 7);
  const insights = await instructionsOf(read, 'assembly/insights/', 'pages/xxh64/');
  const functions = () => archive.execute('SELECT sum(length(upper(name))) FROM item');
  const hook = (await instructionsOf(functions, 'engine/function-calls/')) / (3 * ROWS);
  await canister.pic.tearDown();
  return [
    atMost(TOPIC, "insights' recording of a statement that ran before", insights, 1_000, INSTRUCTIONS),
    atMost(TOPIC, 'a call of a SQL function: the hook that keeps the budget', hook, 60, INSTRUCTIONS),
  ];
}
