import { beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../src/database';
import type { NodeHost } from '../../src/native/node';
import { startHost, thrownBy } from '../support/native-host';

const MIB = 2 ** 20;

let host: NodeHost;
let db: Database;
beforeEach(async () => {
  host = await startHost();
  db = new Database(host.native, { memoryId: 120, create: true });
  db.exec('CREATE TABLE t (x)');
});

/** What a call throws, if it does. */
function failureOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
}

const heapBytes = () => host.native.memoryReport().heapPages * 65_536;

describe('an archive', () => {
  it('is refused more memory than it may hold, says how much that is, and goes on', () => {
    const greedy = () => db.prepare('SELECT zeroblob(70000000), zeroblob(70000000)').raw().get();
    const error = thrownBy(greedy) as Error & { code: string };
    expect(error.code).toBe('ARCHIVE_MEMORY_EXCEEDED');
    expect(error.message).toMatch(
      /^The archive may hold 134217728 bytes of memory for its schema, statements, page cache and work, and would hold \d+: /,
    );
    expect(Number(/would hold (\d+)/.exec(error.message)![1])).toBeGreaterThan(134_217_728);
    expect(db.prepare('SELECT 1').pluck().get()).toBe(1);
    expect(thrownBy(greedy)).toMatchObject({ code: 'ARCHIVE_MEMORY_EXCEEDED' });
  });

  it('finds its memory refused by its own limit and not by its neighbours', () => {
    const neighbours = [121, 122, 123].map(
      (memoryId) => new Database(host.native, { memoryId, create: true }),
    );
    const held = neighbours.map((neighbour) =>
      neighbour.prepare('SELECT zeroblob(90000000)').raw().iterate(),
    );
    for (const rows of held) rows.next();
    expect(db.prepare('SELECT zeroblob(60000000)').pluck().get()).toHaveLength(60_000_000);
    for (const rows of held) rows.return?.();
  });
});

describe('the memory of all', () => {
  it('refuses at its limit, says who holds it, and goes on', () => {
    host.native.limitHeap(heapBytes() + 8 * MIB);
    const error = thrownBy(() => db.prepare('SELECT zeroblob(60000000)').raw().get()) as Error & {
      code: string;
    };
    expect(error.code).toBe('HEAP_FULL');
    expect(error.message).toMatch(
      /^The canister may hold \d+ bytes of Wasm memory, and \d+ more were asked for. Archives hold \d+, JavaScript and what belongs to no archive \d+: /,
    );
    db.exec("INSERT INTO t VALUES ('still there')");
    expect(db.prepare('SELECT x FROM t').pluck().get()).toBe('still there');
  });

  it('is not called stable memory where a store finds no room', () => {
    db.close();
    host.native.limitHeap(0);
    const scratch = host.native.openScratch();
    scratch.exec('CREATE TABLE taken (x)');
    expect(
      thrownBy(() => {
        for (;;) scratch.exec('INSERT INTO taken VALUES (zeroblob(60000))');
      }),
    ).toMatchObject({ code: 'HEAP_FULL' });
    expect(thrownBy(() => new Database(host.native, { memoryId: 120 }))).toMatchObject({ code: 'HEAP_FULL' });
    expect(thrownBy(() => new Database(host.native, { memoryId: 121, create: true }))).toMatchObject({
      code: 'HEAP_FULL',
    });
  });

  it('undoes a transaction at whatever page it is refused, and nothing is lost', () => {
    db.exec(
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3000) INSERT INTO t SELECT i FROM n',
    );
    db.close();
    let refusals = 0;
    for (let pages = 0, done = false; !done; pages += 3) {
      host.native.limitHeap(heapBytes() + pages * 65_536);
      using archive = new Database(host.native, { memoryId: 120 });
      const error = failureOf(() => archive.exec('UPDATE t SET x = zeroblob(2000); DROP TABLE IF EXISTS u'));
      done = error === undefined;
      if (done) break;
      refusals++;
      expect((error as { code: string }).code).toBe('HEAP_FULL');
      expect(archive.prepare('SELECT sum(x) FROM t').pluck().get()).toBe(4_501_500);
    }
    expect(refusals).toBeGreaterThan(3);
    using archive = new Database(host.native, { memoryId: 120 });
    expect(archive.prepare('SELECT sum(length(x)) FROM t').pluck().get()).toBe(6_000_000);
    expect(archive.prepare('PRAGMA integrity_check').pluck().get()).toBe('ok');
  });
});

describe('a schema', () => {
  const column = `1${'+1'.repeat(900)}`;
  const view = (name: string) =>
    `CREATE VIEW ${name} AS SELECT ${Array.from({ length: 20 }, (_, index) => `${column} AS c${index}`).join()}`;

  it('is refused where it is made when it takes more than its share, whole transactions at a time', () => {
    let made = 0;
    let error: unknown;
    for (; error === undefined && made < 100; made++) error = failureOf(() => db.exec(view(`v${made}`)));
    expect(error).toMatchObject({ code: 'SCHEMA_TOO_LARGE' });
    expect((error as Error).message).toMatch(
      /^The archive's schema may take 8388608 bytes of memory and would take \d+; /,
    );
    const views = db.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'view'").pluck();
    expect(views.get()).toBe(made - 1);
    db.exec('BEGIN; CREATE TABLE small (x); INSERT INTO small VALUES (1)');
    db.exec(view('one_more'));
    expect(thrownBy(() => db.exec('COMMIT'))).toMatchObject({ code: 'SCHEMA_TOO_LARGE' });
    expect([db.inTransaction, views.get()]).toEqual([false, made - 1]);
    db.exec('DROP VIEW v0; CREATE TABLE small (x)');
    expect(views.get()).toBe(made - 2);
  });
});
