import { expect, it } from 'vitest';
import { type Database, SqliteError } from '../../src/database';
import { newDatabase } from '../support/native-host';
import { RandomSql } from '../support/random-sql';
import { type Outcome, primaryCode, ReferenceSqlite } from '../support/reference-sqlite';

const STATEMENTS = 1_000;
const FACTS = 'SELECT changes(), total_changes(), last_insert_rowid()';
const CONTENT = 'SELECT * FROM (SELECT id, a, b, c FROM t UNION ALL SELECT id, a, b, c FROM u)';

function outcome(
  db: Database,
  sql: string,
  parameters: ReturnType<RandomSql['next']>['parameters'],
): Outcome {
  try {
    const statement = db.prepare<never>(sql);
    if (!statement.reader) {
      statement.run(...parameters);
      return { rows: [] };
    }
    return { rows: statement.raw().all(...parameters) };
  } catch (error) {
    if (!(error instanceof SqliteError)) throw error;
    return { error: error.message, code: primaryCode(error.extendedCode!) };
  }
}

it.each([1, 2, 3])('an archive answers as the unmodified engine does (seed %i)', async (seed) => {
  const reference = await ReferenceSqlite.open();
  const db = await newDatabase();
  await reference.run(`PRAGMA foreign_keys = ON; ${RandomSql.schema}`);
  db.exec(RandomSql.schema);
  const random = new RandomSql(seed);
  let failures = 0;
  for (let index = 0; index < STATEMENTS; index++) {
    const { sql, parameters } = random.next();
    const expected = await reference.run(sql, parameters);
    expect(outcome(db, sql, parameters), `${sql} with ${parameters}`).toEqual(expected);
    expect(outcome(db, FACTS, []), `after ${sql}`).toEqual(await reference.run(FACTS));
    if ('error' in expected) failures++;
  }
  expect(failures).toBeGreaterThan(STATEMENTS / 100);
  expect(outcome(db, CONTENT, [])).toEqual(await reference.run(CONTENT));
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
});
