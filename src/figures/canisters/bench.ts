import { IDL, update } from 'azle';
import { Database } from '../../database';
import type { NativeModule } from '../../native/interface';

declare global {
  var _tabularium: NativeModule | undefined;
}

const ROWS = 1_000;
const UPDATES = 20;
const CALLS = 100;
const SCANNED = 10_000;
const BUDGET = 10_000_000_000;
/** By the step's name; figures compare each with the same on a budget. */
const SCANS: readonly (readonly [name: string, sql: string])[] = [
  ['a scan', "SELECT sum(id) FROM item WHERE name > 'item'"],
  ['a scan with length and upper', 'SELECT sum(length(upper(name))) FROM item'],
  ['a scan with instr and like', "SELECT sum(instr(name, '7')) FROM item WHERE name LIKE '%number%'"],
  ['a scan with a user-defined function', 'SELECT sum(twice(id)) FROM item'],
];

/** Instructions by name of the step; what a step did once is told in its name. */
type Measurement = [string, bigint];

const key = (index: number) => `k${String(index).padStart(8, '0')}`;
const value = (index: number) => `value-${String(index).padStart(8, '0')}-stable-vfs`;

/** Measures the binding from inside of a canister, where JavaScript is interpreted and every instruction is metered. */
export default class {
  @update([], IDL.Vec(IDL.Tuple(IDL.Text, IDL.Nat64)))
  measure(): Measurement[] {
    const native = globalThis._tabularium!;
    const measurements: Measurement[] = [];
    const step = <T>(name: string, run: () => T): T => {
      const before = native.instructions();
      const result = run();
      measurements.push([name, BigInt(native.instructions() - before)]);
      return result;
    };

    const rows = step(`make ${ROWS} rows in JavaScript`, () =>
      Array.from({ length: ROWS }, (_, index): [string, string] => [key(index), value(index)]),
    );
    const db = step('create an archive', () => new Database(native, { memoryId: 120, create: true }));
    step('create a table', () =>
      db.exec('CREATE TABLE kv(key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID'),
    );
    const insert = step('prepare a statement', () =>
      db.prepare('INSERT INTO kv(key, value) VALUES (?1, ?2)'),
    );

    const { nothing } = native;
    step(`${CALLS} empty native calls`, () => {
      for (let index = 0; index < CALLS; index++) nothing();
    });
    step(`${ROWS} inserts, one call each, one transaction`, () => {
      db.transaction(() => {
        for (let index = 0; index < ROWS; index++) insert.run(rows[index]![0], rows[index]![1]);
      })();
    });
    const select = db.prepare<string>('SELECT value FROM kv WHERE key = ?1').pluck();
    step(`${ROWS} point reads`, () => {
      let length = 0;
      for (let index = 0; index < ROWS; index++) length += select.get(rows[index]![0])!.length;
      return length;
    });
    const all = db.prepare('SELECT key, value FROM kv ORDER BY key').raw();
    step(`${ROWS} rows of 2 columns as arrays`, () => all.all().length);
    step(`${ROWS} rows of 2 columns as objects`, () => all.raw(false).all().length);
    step(`${ROWS} rows of 2 columns by iteration`, () => {
      let count = 0;
      for (const _ of all.raw().iterate()) count++;
      return count;
    });

    const change = db.prepare('UPDATE kv SET value = ?2 WHERE key = ?1');
    step('first single-row update transaction', () => change.run(key(500), 'updated-00000500-stable-vfs'));
    step(`${UPDATES} single-row update transactions`, () => {
      for (let index = 0; index < UPDATES; index++) {
        change.run(rows[index * 40]![0], 'updated-00000500-stable-vfs');
      }
    });
    const changeInTransaction = db.transaction((index: number) =>
      change.run(rows[index]![0], 'updated-00000501-stable-vfs'),
    );
    step(`${UPDATES} single-row update transactions through the facade`, () => {
      for (let index = 0; index < UPDATES; index++) changeInTransaction(index * 40);
    });
    step(`${ROWS} updates, one native call`, () => change.runMany(rows.map(([k, v]) => [k, v])));
    step(`delete ${ROWS} rows`, () => db.exec('DELETE FROM kv'));
    step(`${ROWS} inserts, one native call`, () => insert.runMany(rows));

    const scanned = native.create(121, 0);
    scanned.exec(`CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ${SCANNED})
      INSERT INTO item SELECT i, 'item number ' || i FROM n`);
    new Database(native, { connection: scanned }).function('twice', (id: number) => id * 2);
    for (const [name, sql] of SCANS) {
      const scan = scanned.prepare(sql);
      scan.get();
      step(name, () => scan.get());
      scanned.setInstructionBudget(BUDGET);
      // Once before it is measured: what each function's work depends on is found out at its first call.
      scan.get();
      step(`${name}, on a budget`, () => scan.get());
      scanned.setInstructionBudget(undefined);
    }
    return measurements;
  }
}
