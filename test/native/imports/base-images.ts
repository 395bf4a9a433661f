import { Database } from '../../../src/database';
import type { NativeModule } from '../../../src/native/interface';
import { startHost } from '../../support/native-host';

/** A sound SQLite file that mutations start from. */
export interface BaseImage {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Contents of full-text index blocks as they lie in the file. */
  readonly indexBlocks: readonly Uint8Array[];
}

const ROWS = `WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 300)`;

/** Trees of two levels with indexes, overflow chains, generated columns, a trigger, a view, and a table without rowid. */
const TABLES = `
  CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, body BLOB, size AS (length(body)) STORED, CHECK (id > 0));
  CREATE INDEX item_size ON item (size, name) WHERE size > 3;
  CREATE TABLE pair (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID;
  CREATE TABLE child (id INTEGER PRIMARY KEY AUTOINCREMENT, item REFERENCES item);
  CREATE TRIGGER touched AFTER DELETE ON item BEGIN DELETE FROM child WHERE item = old.id; END;
  CREATE VIEW large AS SELECT name FROM item WHERE size > 100;
  ${ROWS} INSERT INTO item (id, name, body) SELECT x, 'name ' || x, zeroblob(x % 40) FROM n;
  INSERT INTO item (id, name, body) VALUES (1000, 'long', randomblob(9000));
  ${ROWS} INSERT INTO pair SELECT x % 17, x FROM n;
  ${ROWS} INSERT INTO child (item) SELECT x FROM n WHERE x % 3 = 0;`;

const FREED = `DELETE FROM item WHERE id BETWEEN 50 AND 250; DELETE FROM pair WHERE a < 9;`;

const FULL_TEXT = `
  CREATE VIRTUAL TABLE note USING fts5(title, body, prefix = '2 3');
  ${ROWS} INSERT INTO note SELECT 'title ' || (x % 7), 'words of note ' || x || ' tabularium ' || (x * 7919) FROM n;
  INSERT INTO note (note) VALUES ('optimize');
  ${ROWS} INSERT INTO note SELECT 'later', 'more words ' || x FROM n WHERE x % 5 = 0;`;

/** Page size, settings before the first table, and contents of each base image. */
const RECIPES: readonly [string, string, string][] = [
  ['tables in small pages', 'PRAGMA page_size = 512', TABLES + FREED],
  ['tables', 'PRAGMA page_size = 4096', TABLES + FREED],
  ['tables with pointer maps', 'PRAGMA page_size = 1024; PRAGMA auto_vacuum = INCREMENTAL', TABLES + FREED],
  ['tables in UTF-16', "PRAGMA page_size = 1024; PRAGMA encoding = 'UTF-16le'", TABLES],
  ['full text', 'PRAGMA page_size = 1024', FULL_TEXT],
];

export async function makeBaseImages(): Promise<BaseImage[]> {
  const { native } = await startHost();
  native.seedRandomness(new Uint8Array(32).fill(7));
  return RECIPES.map(([name, settings, sql], index) => {
    const memoryId = 120 + index;
    const db = new Database(native, { memoryId, create: true });
    db.exec(settings).exec(sql);
    const blocks = name === 'full text' ? db.prepare('SELECT block FROM note_data').pluck().all() : [];
    db.close();
    return { name, bytes: wholeImage(native, memoryId), indexBlocks: blocks as Uint8Array[] };
  });
}

export function wholeImage(native: NativeModule, memoryId: number): Uint8Array {
  return native.readImage(memoryId, 0, native.describeSlot(memoryId)!.logicalSize);
}
