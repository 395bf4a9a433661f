import { describe, expect, it } from 'vitest';
import { type CheckKind, type CheckReport, checkArchive, installFacade } from '../../src/database';
import type { NativeConnection } from '../../src/native/interface';
import { BufferStableMemory } from '../../src/native/node';
import { startHost } from '../support/native-host';

const SLOT = 120;
const ROWS = 2_000;
const TABLES = ['alpha', 'be"ta', 'gamma', 'kappa', 'omega'];

/** A host whose instruction counter grows with every look at it, and an archive of five tables. */
async function archive() {
  let looks = 0n;
  const host = await startHost({ instructions: () => looks++ });
  installFacade(host.native);
  const connection = host.native.create(SLOT, 1);
  connection.exec(`
    CREATE TABLE alpha (id INTEGER PRIMARY KEY, v TEXT);
    CREATE TABLE "be""ta" (id INTEGER PRIMARY KEY, v TEXT UNIQUE);
    CREATE TABLE gamma (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES alpha);
    CREATE TABLE kappa (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES alpha);
    CREATE TABLE omega (id INTEGER PRIMARY KEY, v TEXT);
    WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < ${ROWS})
      INSERT INTO alpha SELECT x, hex(zeroblob(40)) FROM n;
    INSERT INTO "be""ta" SELECT id, id || v FROM alpha;
    INSERT INTO gamma SELECT id, id FROM alpha;
    INSERT INTO kappa SELECT id, id FROM alpha;
    INSERT INTO omega VALUES (1, 'one');`);
  return connection;
}

/** All calls of a check. */
function checkCompletely(connection: NativeConnection, kind: CheckKind, instructionBudget: number) {
  const reports: CheckReport[] = [];
  let cursor: string | undefined;
  do {
    const report = checkArchive(connection, { kind, instructionBudget, cursor });
    reports.push(report);
    cursor = report.cursor;
    expect(reports.length).toBeLessThan(100);
  } while (cursor !== undefined);
  return {
    calls: reports.length,
    reports,
    scope: reports.at(-1)!.scope,
    findings: reports.flatMap(({ findings }) => findings),
    unchecked: reports.flatMap(({ unchecked }) => unchecked),
  };
}

const KINDS: CheckKind[] = ['integrity', 'quick', 'foreign-keys'];

describe('a check', () => {
  it.each(KINDS)('of kind %s passes a sound archive in one call when it fits', async (kind) => {
    const connection = await archive();
    expect(checkCompletely(connection, kind, 1e9)).toMatchObject({
      calls: 1,
      scope: 'archive',
      findings: [],
      unchecked: [],
    });
  });

  it.each(KINDS)('of kind %s goes from table to table when it does not', async (kind) => {
    const connection = await archive();
    const whole = looksOf(connection, kind);
    const { scope, calls, unchecked, findings } = checkCompletely(connection, kind, Math.ceil(whole * 0.7));
    expect(scope).toBe('tables');
    expect(calls).toBeGreaterThan(2);
    expect(unchecked).toEqual([]);
    expect(findings).toEqual([]);
  });

  it('names the tables that do not fit one call, and checks the others', async () => {
    const connection = await archive();
    const { unchecked, scope } = checkCompletely(connection, 'integrity', 3);
    expect(scope).toBe('tables');
    expect(unchecked.length).toBeGreaterThan(0);
    expect(unchecked.length).toBeLessThan(TABLES.length);
    expect(TABLES).toEqual(expect.arrayContaining(unchecked));
    expect(unchecked).not.toContain('omega');
  });

  it('finds rows without a parent, wherever it stops in between', async () => {
    const connection = await archive();
    connection.exec('PRAGMA foreign_keys = OFF; INSERT INTO gamma VALUES (5000, 99999)');
    const expected = [
      { table: 'gamma', message: 'row 5000 of gamma misses its parent in alpha (foreign key 0)' },
    ];
    expect(checkCompletely(connection, 'foreign-keys', 1e9).findings).toEqual(expected);
    const tight = Math.ceil(looksOf(connection, 'foreign-keys') * 0.9);
    expect(checkCompletely(connection, 'foreign-keys', tight).findings).toEqual(expected);
  });

  it('has short cursors, however long the names of tables are', async () => {
    const connection = await archive();
    connection.exec(`ALTER TABLE "be""ta" RENAME TO "${'n'.repeat(5_000)}"`);
    const { reports, unchecked } = checkCompletely(connection, 'integrity', 3);
    expect(unchecked.length).toBeGreaterThan(0);
    expect(reports.length).toBeGreaterThan(2);
    for (const { cursor } of reports) expect((cursor ?? '').length).toBeLessThan(40);
  });

  it('misses no table when the archive is vacuumed in between', async () => {
    const connection = await archive();
    connection.exec('DROP TABLE "be""ta"; PRAGMA foreign_keys = OFF');
    connection.exec('CREATE TABLE late (id INTEGER PRIMARY KEY, parent REFERENCES alpha)');
    connection.exec('INSERT INTO late VALUES (1, 99999); INSERT INTO gamma VALUES (5000, 99999)');
    const budget = Math.ceil(looksOf(connection, 'foreign-keys') * 0.6);
    const found = new Set<string | undefined>();
    let cursor: string | undefined;
    do {
      const report = checkArchive(connection, { kind: 'foreign-keys', instructionBudget: budget, cursor });
      for (const { table } of report.findings) found.add(table);
      cursor = report.cursor;
      connection.exec('VACUUM');
    } while (cursor !== undefined);
    expect([...found]).toEqual(expect.arrayContaining(['gamma', 'late']));
  });

  it('leaves the connection without a budget', async () => {
    const connection = await archive();
    checkArchive(connection, { kind: 'integrity', instructionBudget: 0 });
    const count = connection.prepare('SELECT count(*) FROM alpha a, omega').pluck();
    expect(count.get()).toBe(ROWS);
    count.finalize();
  });

  it('refuses a cursor of its own making', async () => {
    const connection = await archive();
    expect(() => checkArchive(connection, { kind: 'quick', instructionBudget: 1, cursor: 'x' })).toThrow(
      RangeError,
    );
  });

  it('reports damage as findings, and other archives are sound', async () => {
    const host = await damagedHost();
    const damaged = host.native.open(SLOT);
    const { findings } = checkCompletely(damaged, 'integrity', 1e9);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings[0]!.message).toMatch(/page/i);
    const sound = host.native.open(SLOT + 1);
    expect(checkCompletely(sound, 'integrity', 1e9).findings).toEqual([]);
  });

  it('keeps the damage that it found before its budget ended', async () => {
    const host = await damagedHost();
    const damaged = host.native.open(SLOT);
    const budgets = Array.from({ length: 80 }, (_, index) => index + 1);
    const cut = budgets
      .map((instructionBudget) => checkArchive(damaged, { kind: 'quick', table: 't', instructionBudget }))
      .filter(({ unchecked }) => unchecked.length > 0);
    expect(cut.length).toBeGreaterThan(0);
    expect(cut.some(({ findings }) => findings.length > 0)).toBe(true);
    const whole = budgets
      .map((instructionBudget) => checkArchive(damaged, { kind: 'quick', instructionBudget }))
      .filter(({ cursor }) => cursor !== undefined);
    expect(whole.some(({ findings }) => findings.length > 0)).toBe(true);
    const { findings, unchecked } = checkCompletely(damaged, 'quick', cut.length);
    expect([findings.length > 0, unchecked]).toEqual([true, ['t']]);
  });
});

/** Two archives, of which a leaf of the first one's table no longer makes sense. */
async function damagedHost() {
  let looks = 0n;
  const stableMemory = new BufferStableMemory();
  const host = await startHost({ stableMemory, instructions: () => looks++ });
  installFacade(host.native);
  for (const slot of [SLOT, SLOT + 1]) {
    const connection = host.native.create(slot, 1);
    connection.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, v); CREATE TABLE u (id INTEGER PRIMARY KEY, v);
      WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3000)
      INSERT INTO t SELECT x, 'slot${slot}' || hex(zeroblob(200)) FROM n; INSERT INTO u VALUES (1, 2)`);
    connection.close();
  }
  const page = pageWith(stableMemory, `slot${SLOT}00`);
  stableMemory.write(page, Uint8Array.of(0xee, 0xff, 0xff, 0xff));
  return host;
}

/** How often the engine looks at the counter during a whole check. */
function looksOf(connection: NativeConnection, kind: CheckKind): number {
  let budget = 1;
  while (checkArchive(connection, { kind, instructionBudget: budget }).cursor !== undefined) budget++;
  return budget;
}

/** Raw offset of the last storage page that holds a text. */
function pageWith(stableMemory: BufferStableMemory, text: string): number {
  const bytes = new Uint8Array(stableMemory.pages * 65536);
  stableMemory.read(0, bytes);
  const at = Buffer.from(bytes.buffer).lastIndexOf(text);
  expect(at).toBeGreaterThan(0);
  return at - (at % 4096);
}
