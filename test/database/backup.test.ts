import { beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../src/database';
import type { NodeHost } from '../../src/native/node';
import { startHost } from '../support/native-host';

let host: NodeHost;
let db: Database;
beforeEach(async () => {
  host = await startHost();
  db = new Database(host.native, { memoryId: 120, create: true });
  db.exec("CREATE TABLE t (x); INSERT INTO t SELECT zeroblob(5000) FROM json_each('[1,2,3,4,5,6,7,8]')");
});

const joined = (chunks: Iterable<Uint8Array>) => Buffer.concat([...chunks]);

/** Rows of an image that becomes another archive. */
function rowsOf(image: Uint8Array): unknown {
  host.native.create(121, 0).close();
  const session = host.native.beginImport(121, image.length, 60);
  host.native.writeImportChunk(121, session, 0, image);
  while (host.native.verifyImport(121, session, 1e12).phase !== 'verified');
  host.native.switchImport(121, session);
  using copy = new Database(host.native, { memoryId: 121 });
  return copy.prepare('SELECT count(*), sum(length(x)) FROM t').raw().get();
}

describe('serialize', () => {
  it('is a SQLite file of what was committed', () => {
    db.exec('BEGIN; DELETE FROM t');
    const image = db.serialize();
    expect(Buffer.from(image.subarray(0, 15)).toString()).toBe('SQLite format 3');
    expect(rowsOf(image)).toEqual([8, 40_000]);
  });

  it('is empty for an archive without tables', () => {
    const empty = new Database(host.native, { memoryId: 122, create: true });
    expect(empty.serialize()).toHaveLength(0);
    expect([...empty.backup()]).toEqual([]);
  });
});

describe('backup', () => {
  it('is the same in chunks', () => {
    const image = Buffer.from(db.serialize());
    for (const chunkSize of [1000, 4096, 1_000_000]) {
      const backup = db.backup({ chunkSize });
      expect([backup.size, backup.transactionId]).toEqual([image.length, 2]);
      expect(joined(backup).equals(image)).toBe(true);
    }
    expect(joined(db.backup()).equals(image)).toBe(true);
  });

  it('does not see what is written meanwhile', () => {
    const image = Buffer.from(db.serialize());
    const backup = db.backup({ chunkSize: 4096 });
    const chunks: Uint8Array[] = [];
    for (const chunk of backup) {
      chunks.push(chunk);
      db.exec('DELETE FROM t WHERE rowid = (SELECT max(rowid) FROM t); VACUUM');
    }
    expect(joined(chunks).equals(image)).toBe(true);
  });

  it('gives its pin back at the end, and when it is left early', () => {
    joined(db.backup({ chunkSize: 1000 }));
    for (const _ of db.backup({ chunkSize: 1000 })) break;
    {
      using unread = db.backup();
      expect(unread.size).toBeGreaterThan(40_000);
      expect(host.native.listExports(120)).toHaveLength(1);
    }
    expect(host.native.listExports(120)).toEqual([]);
  });
});
