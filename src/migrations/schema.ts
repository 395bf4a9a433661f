import type { NativeConnection } from '../native/interface';
import { HISTORY_TABLE } from './history';

const READ = `SELECT type, name, tbl_name, sql FROM sqlite_schema
  WHERE sql IS NOT NULL AND name <> '${HISTORY_TABLE}' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name`;

type Row = [string, string, string, string];

/** What differs between two schemas, in words; empty when nothing does. Layout and comments of the SQL do not matter. */
export function schemaDifferences(
  expected: NativeConnection,
  actual: NativeConnection,
  fold: (sql: string) => string,
): string[] {
  const wanted = objectsOf(expected, fold);
  const there = objectsOf(actual, fold);
  const missing = [...wanted.keys()].filter((name) => !there.has(name)).map((name) => `${name} is missing`);
  const extra = [...there.keys()]
    .filter((name) => !wanted.has(name))
    .map((name) => `${name} is not expected`);
  const other = [...wanted].flatMap(([name, sql]) => {
    const found = there.get(name);
    return found === undefined || found === sql ? [] : [`${name} should be ${sql} and is ${found}`];
  });
  return [...missing, ...extra, ...other];
}

function objectsOf(connection: NativeConnection, fold: (sql: string) => string): Map<string, string> {
  const statement = connection.prepare(READ).raw();
  try {
    const rows = statement.all() as Row[];
    return new Map(rows.map(([type, name, , sql]) => [`${type} ${name}`, fold(sql)]));
  } finally {
    statement.finalize();
  }
}
