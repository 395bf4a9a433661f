import type { Maker } from '../maker';
import type { Family } from './family';

const TABLES = ['t1', 't2', 't3'];
const COLUMNS = ['a', 'b', 'c'];
const DEFINITIONS = [
  'a INTEGER PRIMARY KEY, b TEXT, c',
  'a, b DEFAULT 5, c NOT NULL DEFAULT (1 + 1)',
  'a INT PRIMARY KEY, b, c REAL',
  'a TEXT, b INTEGER REFERENCES t1 (a), c CHECK (c <> 7)',
  'a, b AS (a + 1), c',
  'a, a, b',
  'a BOGUS TYPE (3, 4), b, c UNIQUE',
];
const PRAGMAS = [
  ...[
    'table_info',
    'table_xinfo',
    'index_list',
    'foreign_key_list',
    'foreign_key_check',
    'index_info',
    'index_xinfo',
  ],
];

/** Tables, indexes, views and triggers that come, change and go. */
export const schemas: Family = {
  title: 'schema changes',
  schema: 'CREATE TABLE t1 (a INTEGER PRIMARY KEY, b, c); INSERT INTO t1 (b, c) VALUES (1, 2), (3, 4);',
  tables: ['sqlite_schema'],
  write: (make) =>
    make.pick([createTable, createIndex, createView, alter, alter, drop, use, use, describe, describe])(make),
};

function table(make: Maker): string {
  return make.pick(TABLES);
}

function column(make: Maker): string {
  return make.chance(0.05) ? 'missing' : make.pick(COLUMNS);
}

function createTable(make: Maker): string {
  const name = `${make.maybe(0.5, () => 'IF NOT EXISTS ')}${table(make)}`;
  const temporary = make.maybe(0.1, () => 'TEMP ');
  if (make.chance(0.2)) return `CREATE ${temporary}TABLE ${name} AS SELECT * FROM ${table(make)}`;
  const options = make.pick(['', '', '', ' WITHOUT ROWID', ' STRICT']);
  return `CREATE ${temporary}TABLE ${name} (${make.pick(DEFINITIONS)})${options}`;
}

function createIndex(make: Maker): string {
  const unique = make.maybe(0.3, () => 'UNIQUE ');
  const where = make.maybe(0.3, () => ` WHERE ${column(make)} IS NOT NULL`);
  return `CREATE ${unique}INDEX ${make.maybe(0.4, () => 'IF NOT EXISTS ')}i${make.below(3)} ON ${table(make)} (${make.pick([column(make), `${column(make)} DESC, ${column(make)}`, `lower(${column(make)})`, 'random()'])})${where}`;
}

function createView(make: Maker): string {
  return make.chance(0.5)
    ? `CREATE VIEW v${make.below(2)} AS SELECT ${column(make)}, ${column(make)} AS x FROM ${table(make)}`
    : `CREATE TRIGGER ${make.maybe(0.5, () => 'IF NOT EXISTS ')}r${make.below(2)} AFTER INSERT ON ${table(make)} BEGIN UPDATE ${table(make)} SET ${column(make)} = 1 WHERE 0; END`;
}

function alter(make: Maker): string {
  return `ALTER TABLE ${table(make)} ${make.pick([
    `RENAME TO ${table(make)}`,
    `RENAME COLUMN ${column(make)} TO ${column(make)}`,
    `ADD COLUMN ${make.pick(['d', 'e', 'a'])} ${make.pick(['TEXT', 'DEFAULT 3', 'NOT NULL', 'UNIQUE', 'AS (a || b)'])}`,
    `DROP COLUMN ${make.pick(['b', 'c', 'd', 'e'])}`,
  ])}`;
}

function drop(make: Maker): string {
  const [kind, name] = make.pick([
    ['TABLE', table(make)],
    ['INDEX', `i${make.below(3)}`],
    ['VIEW', `v${make.below(2)}`],
    ['TRIGGER', `r${make.below(2)}`],
  ]);
  return `DROP ${kind} ${make.maybe(0.5, () => 'IF EXISTS ')}${name}`;
}

function use(make: Maker): string {
  return make.pick([
    `INSERT INTO ${table(make)} (${column(make)}, ${column(make)}) VALUES (${make.value()}, ${make.value()})`,
    `SELECT * FROM ${make.pick([...TABLES, 'v0', 'v1'])} ORDER BY 1 LIMIT 5`,
    `UPDATE ${table(make)} SET ${column(make)} = ${make.small(9)}`,
    `DELETE FROM ${table(make)} WHERE ${column(make)} > ${make.small(5)}`,
    make.pick(['ANALYZE', 'REINDEX', 'PRAGMA optimize', 'PRAGMA user_version', 'VACUUM']),
  ]);
}

function describe(make: Maker): string {
  return make.chance(0.4)
    ? 'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name'
    : `PRAGMA ${make.pick(PRAGMAS)}(${make.pick([...TABLES, 'i0', 'i1', 'v0'])})`;
}
