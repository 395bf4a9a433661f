import { beforeAll, describe, expect, it } from 'vitest';
import type { ArchiveClient, ClientResult } from '../../src/client';
import type { ExecutionRecord, Rules } from '../../src/replica';
import { InstalledTabularium } from '../support/tabularium';

/**
 * What comes before a statement's text and after its rows: dispatch, authorisation, decoding, the transaction's begin, the reply. Pages that
 * these touch are paid for there, and not by the statement that uses them again.
 */
const MOST_AROUND = { work: 60_000, touches: 26 };
/** Decoding and answering a further statement of a batch. */
const MOST_AROUND_NEXT = 10_000;
/** What a message does once its archive's usage has been counted. */
const MOST_AFTER_USAGE = 2_000;
/** What a statement does that reads, once its run has been recorded. */
const MOST_AFTER_INSIGHT = 3_000;
const READ = 'SELECT y FROM t WHERE x = 7';
const SCAN = 'SELECT count(*), sum(length(y)) FROM t';
const INSERT = 'INSERT INTO t(y) VALUES (?)';
const BATCH = Array.from({ length: 100 }, () => ({ sql: INSERT, parameters: ['new'] }));

describe.each<[Rules, number]>([
  ['2026-07', 80_000],
  ['2025-10', 0],
])('under the rules of %s', (rules, touch) => {
  const mostAround = MOST_AROUND.work + MOST_AROUND.touches * touch;
  let canister: InstalledTabularium;
  let archive: ArchiveClient;

  beforeAll(async () => {
    canister = await InstalledTabularium.install({ rules });
    archive = await canister.archive('a');
    await archive.execute(`CREATE TABLE t(x INTEGER PRIMARY KEY, y);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000)
      INSERT INTO t SELECT i, hex(zeroblob(50)) FROM n`);
    await canister.pic.tick(6);
  });

  /** Instructions by the results' `meta`, and what the IC counted. */
  async function measure(
    kind: 'query' | 'update',
    run: () => Promise<ClientResult | ClientResult[]>,
  ): Promise<{ readonly meta: number; readonly record: ExecutionRecord }> {
    const results = [await run()].flat();
    const meta = results.reduce((sum, result) => sum + result.meta.instructions, 0);
    return { meta, record: canister.inspect.last(kind) };
  }

  const usage = async () => (await canister.client().administer('a').metrics()).usage.instructions;
  /** Of the point read; of no run yet, 0. */
  const insight = async () =>
    (await archive.insights.list('instructions', 100)).find(({ sql }) => /where x =/i.test(sql))
      ?.instructions ?? 0n;

  it.each([
    ['a read by query', 'query', () => archive.queryResult(READ)],
    ['a scan by query', 'query', () => archive.queryResult(SCAN)],
    ['a read by update', 'update', () => archive.execute(READ)],
    ['an insert, with its commit', 'update', () => archive.execute(INSERT, 'new')],
    ['an update of all rows', 'update', () => archive.execute("UPDATE t SET y = y || 'a'")],
  ] as const)(
    'meta.instructions of %s are those of the message but for what is around it',
    async (_, kind, run) => {
      for (let round = 0; round < 3; round++) {
        const { meta, record } = await measure(kind, run);
        expect(meta).toBeGreaterThan(0);
        expect(meta).toBeLessThan(record.instructions);
        expect(record.instructions - meta).toBeLessThanOrEqual(mostAround);
      }
    },
  );

  it('those of a batch add up to the message', async () => {
    const { meta, record } = await measure('update', () => archive.batch(BATCH));
    expect(meta).toBeLessThan(record.instructions);
    expect(record.instructions - meta).toBeLessThanOrEqual(mostAround + BATCH.length * MOST_AROUND_NEXT);
  });

  it('usage counts whole messages that the IC keeps', async () => {
    const before = await usage();
    const { record } = await measure('update', () => archive.execute(INSERT, 'new'));
    const counted = Number((await usage()) - before);
    expect(counted).toBeLessThanOrEqual(record.instructions);
    expect(record.instructions - counted).toBeLessThanOrEqual(MOST_AFTER_USAGE);
  });

  it('insights count what a statement took before its commit', async () => {
    const before = await insight();
    const { meta } = await measure('update', () => archive.execute(READ));
    const counted = Number((await insight()) - before);
    expect(counted).toBeLessThanOrEqual(meta);
    expect(meta - counted).toBeLessThanOrEqual(MOST_AFTER_INSIGHT);
  });
});
