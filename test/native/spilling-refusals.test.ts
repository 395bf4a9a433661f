import { expect, it } from 'vitest';
import { Database, type SqliteError } from '../../src/database';
import { startHost, thrownBy } from '../support/native-host';
import { FailingMemory } from './histories/failing-memory';

/** Sorts 16 MiB. */
const SORT = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000)
  SELECT i * 7919 % 8009 AS k, zeroblob(2000) AS b FROM n ORDER BY k, b`;

it('a sort that finds no stable memory to spill into says how much it needs, and is done when there is some', async () => {
  const stableMemory = new FailingMemory();
  const { native } = await startHost({ stableMemory });
  const db = new Database(native, { memoryId: 120, create: true });
  const sorted = db.prepare<number>(SORT).pluck();
  stableMemory.refusesGrowth = true;
  const error = thrownBy(() => sorted.all()) as SqliteError;
  expect(error.code).toBe('STABLE_MEMORY_FULL');
  expect(error.message).toMatch(/spills into stable memory and needs \d+ bytes there.*nothing was changed/);
  stableMemory.refusesGrowth = false;
  const keys = sorted.all();
  expect(keys).toHaveLength(8_000);
  expect(keys).toEqual([...keys].sort((a, b) => a - b));
});
