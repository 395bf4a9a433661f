import { expect } from 'vitest';
import { Database } from '../../../../src/database';
import { BufferStableMemory } from '../../../../src/native/node';
import { startHost } from '../../../support/native-host';
import { readVirtualMemory } from '../../storage/manager-image';
import { checkConservation } from '../../storage/store-image';
import type { Golden } from '../golden-file';
import { BUCKETS_OF_ONE } from './install-arguments';

const SLOT = 120;
const NOW = 1_700_000_000_000_000_000n;

/** An archive as SQL made it, index and all. The engine writes its version into the file, so another one writes others. */
export const archive: Golden = {
  name: 'archive-v1',
  reproducible: false,

  async write() {
    const stableMemory = new BufferStableMemory();
    const host = await startHost({ stableMemory, installArgument: BUCKETS_OF_ONE, now: () => NOW });
    const db = new Database(host.native, { memoryId: SLOT, create: true });
    db.exec(`CREATE TABLE note (id INTEGER PRIMARY KEY, author TEXT NOT NULL, body BLOB);
      CREATE INDEX note_by_author ON note (author);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500)
        INSERT INTO note SELECT i, 'author ' || (i % 7), zeroblob(i) FROM n;
      DELETE FROM note WHERE id % 5 = 0;
      UPDATE note SET body = 'ä ' || datetime('now') WHERE id = 1;`);
    db.close();
    return stableMemory.toBytes();
  },

  async read(stable) {
    const stableMemory = new BufferStableMemory(stable);
    const host = await startHost({ stableMemory });
    const db = new Database(host.native, { memoryId: SLOT });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.prepare('SELECT body FROM note WHERE id = 1').pluck().get()).toBe('ä 2023-11-14 22:13:20');
    const perAuthor = db
      .prepare('SELECT author, count(*) FROM note INDEXED BY note_by_author GROUP BY author')
      .raw();
    const ids = Array.from({ length: 500 }, (_, index) => index + 1).filter((id) => id % 5 !== 0);
    expect(perAuthor.all()).toEqual(
      Array.from({ length: 7 }, (_, n) => [`author ${n}`, ids.filter((id) => id % 7 === n).length]),
    );
    db.exec("INSERT INTO note (author, body) VALUES ('later', zeroblob(20000)); VACUUM");
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
    checkConservation(readVirtualMemory(stableMemory.toBytes(), SLOT));
  },
};
