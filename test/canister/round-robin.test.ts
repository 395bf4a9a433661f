import { expect, it } from 'vitest';
import type { ArchiveClient } from '../../src/client';
import { InstalledTabularium } from '../support/tabularium';

/** More archives than an engine without a pool of its own could keep warm. */
const ARCHIVES = 24;
/** What going round all of them may cost beside staying with one. */
const MOST = 1.15;

const SETUP = `CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000)
  INSERT INTO item SELECT i, 'item number ' || i FROM n`;

const CALLS: readonly ((archive: ArchiveClient) => Promise<unknown>)[] = [
  (archive) => archive.query('SELECT name FROM item WHERE id = ?', 500),
  (archive) => archive.execute('SELECT name FROM item WHERE id = ?', 500),
  (archive) => archive.execute("UPDATE item SET name = name || '.' WHERE id = ?", 400),
];

it('costs hardly more to go round many archives than to stay with one', { timeout: 240_000 }, async () => {
  const canister = await InstalledTabularium.install();
  const archives: ArchiveClient[] = [];
  for (let index = 0; index < ARCHIVES; index++) {
    const archive = await canister.archive(`a${index}`);
    await archive.execute(SETUP);
    archives.push(archive);
  }
  const cost = async (call: (archive: ArchiveClient) => Promise<unknown>, archive: ArchiveClient) => {
    await call(archive);
    return Number(canister.inspect.last().chargedInstructions);
  };
  for (const call of CALLS) {
    for (const archive of archives) for (let round = 0; round < 2; round++) await cost(call, archive);
    await cost(call, archives[0]!);
    const alone = await cost(call, archives[0]!);
    let total = 0;
    for (const archive of archives) total += await cost(call, archive);
    expect(total / ARCHIVES).toBeLessThan(alone * MOST);
  }
});
