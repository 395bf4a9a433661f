import { afterAll, describe, expect, it } from 'vitest';
import { newDatabase } from '../support/native-host';
import type { Answer } from './answer';
import { Archive, READINGS } from './archive';
import { FAMILIES, type Family } from './families';
import { Maker } from './maker';
import { ReferenceSqlite } from './reference-sqlite';

const SEED = 1;

/** What SQLite calls a violated constraint of each kind. */
const CONSTRAINTS = {
  CHECK: 275,
  FOREIGNKEY: 787,
  NOTNULL: 1299,
  PRIMARYKEY: 1555,
  TRIGGER: 1811,
  UNIQUE: 2067,
  ROWID: 2579,
  DATATYPE: 3091,
};
const MISMATCH = 20;

/** Statements that can be asked again, because they change nothing. */
const READS = /^(SELECT|WITH|VALUES|EXPLAIN)/;

const seenCodes = new Set<number>();
let compared = 0;

async function compareFamily(family: Family, statements: number, seed: number): Promise<number> {
  const reference = await ReferenceSqlite.open();
  const archive = new Archive(await newDatabase());
  reference.exec(family.schema);
  archive.exec(family.schema);
  const maker = new Maker(seed);
  let failures = 0;
  for (let index = 0; index < statements; index++) {
    const { sql, parameters } = maker.statement((make) => family.write(make));
    const expected = reference.run(sql, parameters);
    const about = () => `${index}: ${sql} with ${inspect(parameters)}`;
    expect(archive.run(sql, parameters), about()).toEqual(expected);
    expect(archive.facts(), `after ${about()}`).toEqual(reference.facts());
    compared++;
    if ('error' in expected) {
      seenCodes.add(expected.code);
      failures++;
    } else if (READS.test(sql)) {
      const reading = READINGS[index % READINGS.length]!;
      const wanted = reading.expected(expected.columns, expected.rows);
      expect(archive.read(sql, parameters, reading), about()).toEqual(wanted);
    }
  }
  for (const table of family.tables) expect(all(archive, table), table).toEqual(all(reference, table));
  expect(archive.run('PRAGMA integrity_check', [])).toMatchObject({ rows: [['ok']] });
  return failures;
}

function all(side: Pick<Archive, 'run'>, table: string): Answer {
  return side.run(`SELECT * FROM ${table}`, []);
}

function inspect(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part)).slice(0, 500);
}

describe('an archive answers as unmodified SQLite does', () => {
  it.each(FAMILIES)('in $family.title', async ({ family, statements }) => {
    const failures = await compareFamily(family, statements, SEED);
    expect(failures).toBeGreaterThan(statements / 100);
    expect(failures).toBeLessThan((statements * 2) / 3);
  });

  afterAll(() => {
    expect(compared).toBeGreaterThanOrEqual(5_000);
    for (const code of [...Object.values(CONSTRAINTS), MISMATCH]) expect(seenCodes).toContain(code);
  });
});
