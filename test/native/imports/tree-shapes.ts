import { Database } from '../../../src/database';
import { startHost } from '../../support/native-host';
import { wholeImage } from './base-images';
import { Random } from './random';

/** A sound SQLite file. */
export interface Shape {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Whether an image of it is small enough to be damaged hundreds of times. */
  readonly isSmall: boolean;
}

const FIRST_SLOT = 120;
const PAGE_SIZES = [512, 1024, 2048, 4096, 8192, 16384, 32768, 65536] as const;
const SMALL = 400_000;
const RANDOM_DATABASES = 12;

const numbers = (count: number) =>
  `WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < ${count})`;

/** Rows, keys and values of every kind. None of these databases ends with a view: SQLite's check leaves out more then. */
const KINDS = `
  CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, body BLOB, size AS (length(body)) STORED);
  CREATE INDEX item_size ON item (size DESC, name) WHERE size > 3;
  CREATE INDEX item_lower ON item (lower(name));
  CREATE VIEW large AS SELECT name FROM item WHERE size > 100;
  CREATE TABLE pair (a, b, c, PRIMARY KEY (b, a)) WITHOUT ROWID;
  ${numbers(300)} INSERT INTO item (id, name, body) SELECT x * 7 - 900, 'name ' || x, zeroblob(x % 40) FROM n;
  INSERT INTO item (name, body) VALUES (hex(randomblob(900)), randomblob(9000)), ('', NULL);
  ${numbers(300)} INSERT INTO pair SELECT x % 17, hex(randomblob(x % 90)), 1.5 * x FROM n;
  INSERT INTO pair VALUES (1, zeroblob(3000), -9223372036854775808), (2, 9223372036854775807, zeroblob(70000));
  DELETE FROM item WHERE id % 3 = 0; UPDATE item SET body = zeroblob(id % 90) WHERE id % 5 = 0;
  CREATE TABLE last (x);`;

/** Name, settings before the first table, and contents. */
const RECIPES: readonly [string, string, string][] = [
  ...PAGE_SIZES.map((size): [string, string, string] => [
    `pages of ${size} bytes`,
    `PRAGMA page_size = ${size}`,
    KINDS,
  ]),
  ['nothing', '', 'CREATE TABLE gone (x); DROP TABLE gone'],
  [
    'empty tables',
    'PRAGMA page_size = 512',
    'CREATE TABLE a (x UNIQUE); CREATE TABLE b (x PRIMARY KEY) WITHOUT ROWID',
  ],
  [
    'a pointer map',
    'PRAGMA page_size = 512; PRAGMA auto_vacuum = INCREMENTAL',
    `${KINDS} ${numbers(200)} INSERT INTO last SELECT zeroblob(x * 10) FROM n; DELETE FROM last WHERE rowid > 30`,
  ],
  [
    'a pointer map that is kept tidy',
    'PRAGMA page_size = 1024; PRAGMA auto_vacuum = FULL',
    `${KINDS} ${numbers(90)} INSERT INTO last SELECT zeroblob(x * 50) FROM n; DELETE FROM last WHERE rowid % 2`,
  ],
  [
    'many free pages',
    'PRAGMA page_size = 512',
    `CREATE TABLE kept (x); CREATE TABLE gone (x); ${numbers(400)} INSERT INTO gone SELECT zeroblob(900) FROM n;
     INSERT INTO kept SELECT 1 FROM gone; DROP TABLE gone`,
  ],
  [
    'deep trees',
    'PRAGMA page_size = 512',
    `CREATE TABLE deep (x UNIQUE); ${numbers(3000)} INSERT INTO deep SELECT hex(randomblob(60)) || x FROM n`,
  ],
  [
    'a header of a record longer than a page',
    'PRAGMA page_size = 512',
    `CREATE TABLE wide (${Array.from({ length: 1200 }, (_, n) => `c${n}`).join()});
     INSERT INTO wide (c0, c700, c1199) VALUES (1, zeroblob(300), 'x'), (zeroblob(5000), zeroblob(70000), 2)`,
  ],
  [
    'a long chain',
    'PRAGMA page_size = 512',
    `CREATE TABLE blob (x); INSERT INTO blob VALUES (zeroblob(400000)), ('next')`,
  ],
  [
    'full text and statistics',
    'PRAGMA page_size = 1024',
    `CREATE VIRTUAL TABLE note USING fts5(title, body);
     ${numbers(300)} INSERT INTO note SELECT 'title ' || (x % 7), 'words of note ' || x FROM n;
     CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, x UNIQUE); INSERT INTO counted (x) VALUES (1), (2); ANALYZE`,
  ],
  [
    'columns added and dropped, in UTF-16',
    "PRAGMA page_size = 1024; PRAGMA encoding = 'UTF-16be'",
    `CREATE TABLE t (a, b, c); ${numbers(200)} INSERT INTO t SELECT x, 'text ' || x, x / 3.0 FROM n;
     ALTER TABLE t ADD COLUMN d DEFAULT 'later'; ALTER TABLE t DROP COLUMN b; INSERT INTO t (d) VALUES (7)`,
  ],
];

export async function makeShapes(): Promise<Shape[]> {
  const { native } = await startHost();
  native.seedRandomness(new Uint8Array(32).fill(9));
  const make = (name: string, index: number, settings: string, sql: string): Shape => {
    const memoryId = FIRST_SLOT + index;
    new Database(native, { memoryId, create: true }).exec(settings).exec(sql).close();
    const bytes = wholeImage(native, memoryId);
    return { name, bytes, isSmall: bytes.length < SMALL };
  };
  const shapes = RECIPES.map(([name, settings, sql], index) => make(name, index, settings, sql));
  const random = new Random(7);
  for (let n = 0; n < RANDOM_DATABASES; n++) {
    const pageSize = PAGE_SIZES[n % PAGE_SIZES.length];
    const autoVacuum = random.below(3);
    const settings = `PRAGMA page_size = ${pageSize}; PRAGMA auto_vacuum = ${autoVacuum}`;
    shapes.push(make(`random ${n}`, RECIPES.length + n, settings, randomHistory(random)));
  }
  return shapes;
}

/** Rows of random sizes that come, change and go. */
function randomHistory(random: Random): string {
  let sql = `CREATE TABLE a (id INTEGER PRIMARY KEY, x, y); CREATE INDEX ax ON a (x); CREATE TABLE b (k PRIMARY KEY, v) WITHOUT ROWID;`;
  for (let step = 0; step < 60; step++) {
    const size = random.pick([3, 30, 300, 3000]);
    const id = random.below(2000) - 1000;
    const count = 1 + random.below(40);
    sql += random.pick([
      `${numbers(count)} INSERT OR IGNORE INTO a SELECT ${id} + x * 3, hex(randomblob(x % ${size})), x FROM n;`,
      `${numbers(count)} INSERT OR IGNORE INTO b SELECT randomblob(x % ${size}), zeroblob(x) FROM n;`,
      `UPDATE a SET x = zeroblob(abs(id % ${size})) WHERE id % ${1 + random.below(7)} = 0;`,
      `DELETE FROM a WHERE id BETWEEN ${id} AND ${id + count * 2};`,
      `DELETE FROM b WHERE length(k) % ${2 + random.below(9)} = 0;`,
    ]);
  }
  return sql;
}
