import { beforeEach, describe, expect, it } from 'vitest';
import { type Database, SqliteError } from '../../src/database';
import { newDatabase, thrownBy } from '../support/native-host';

let db: Database;
beforeEach(async () => {
  db = await newDatabase();
  db.exec('CREATE TABLE t (x UNIQUE ON CONFLICT ABORT)');
});

const add = (x: number) => db.prepare('INSERT INTO t VALUES (?)').run(x);
const all = () => db.prepare('SELECT x FROM t ORDER BY x').pluck().all();

describe('a transaction', () => {
  it('commits what its function did, and returns what it returned', () => {
    const addBoth = db.transaction((a: number, b: number) => {
      add(a);
      expect(db.inTransaction).toBe(true);
      add(b);
      return a + b;
    });
    expect(addBoth(1, 2)).toBe(3);
    expect(db.inTransaction).toBe(false);
    expect(all()).toEqual([1, 2]);
  });

  it('rolls everything back when its function throws, and throws the same', () => {
    const failure = new Error('no');
    const fail = db.transaction(() => {
      add(1);
      throw failure;
    });
    expect(thrownBy(fail)).toBe(failure);
    expect(db.inTransaction).toBe(false);
    expect(all()).toEqual([]);
  });

  it.each(['deferred', 'immediate', 'exclusive'] as const)('begins %s', (mode) => {
    db.transaction(() => add(1))[mode]();
    expect(all()).toEqual([1]);
  });

  it('gives its function its own this', () => {
    const owner = {
      base: 40,
      addTo: db.transaction(function (this: { base: number }, x: number) {
        return this.base + x;
      }),
    };
    expect(owner.addTo(2)).toBe(42);
  });

  it('inside another one is a savepoint: only its part is undone', () => {
    const inner = db.transaction((x: number, fails: boolean) => {
      add(x);
      if (fails) throw new Error('inner');
    });
    db.transaction(() => {
      add(1);
      inner(2, false);
      expect(() => inner(3, true)).toThrow('inner');
      db.transaction(() => {
        add(4);
        expect(() => inner(5, true)).toThrow('inner');
        inner(6, false);
      })();
    })();
    expect(all()).toEqual([1, 2, 4, 6]);
  });

  it('inside of a BEGIN of one’s own is a savepoint as well', () => {
    db.exec('BEGIN');
    db.transaction(() => add(1))();
    expect(db.inTransaction).toBe(true);
    db.exec('ROLLBACK');
    expect(all()).toEqual([]);
  });

  it('survives that SQLite itself rolled back', () => {
    db.exec(
      "CREATE TRIGGER veto BEFORE INSERT ON t WHEN new.x < 0 BEGIN SELECT RAISE(ROLLBACK, 'negative'); END",
    );
    const nested = db.transaction(() => add(-1));
    const outer = db.transaction(() => {
      add(1);
      nested();
    });
    expect(outer).toThrow('negative');
    expect(db.inTransaction).toBe(false);
    expect(all()).toEqual([]);
  });

  it('stays open for a retry when its commit fails, and is then rolled back', () => {
    db.exec('CREATE TABLE child (x REFERENCES t(x) DEFERRABLE INITIALLY DEFERRED)');
    const orphan = db.transaction(() => db.prepare('INSERT INTO child VALUES (9)').run());
    expect(thrownBy(orphan)).toMatchObject({ code: 'SQLITE_CONSTRAINT_FOREIGNKEY' });
    expect(db.inTransaction).toBe(false);
    expect(db.prepare('SELECT count(*) FROM child').pluck().get()).toBe(0);
  });

  it('refuses a function that returns a promise, and undoes what it had done', () => {
    const later = db.transaction(async () => add(1));
    expect(later).toThrow(new TypeError('Transaction function cannot return a promise'));
    const thenable = db.transaction(() => {
      add(2);
      // biome-ignore lint/suspicious/noThenProperty: anything that can be awaited is refused
      return { then: () => undefined };
    });
    expect(thenable).toThrow(TypeError);
    expect(all()).toEqual([]);
    expect(db.inTransaction).toBe(false);
  });

  it('is made from a function', () => {
    expect(() => db.transaction('SELECT 1' as unknown as () => void)).toThrow(
      new TypeError('Expected first argument to be a function'),
    );
  });

  it('leaves the archive’s stored image alone until it commits', async () => {
    const { startHost } = await import('../support/native-host');
    const { Database: Facade } = await import('../../src/database');
    const { native } = await startHost();
    const other = new Facade(native, { memoryId: 121, create: true });
    other.exec('CREATE TABLE t (x)');
    const before = native.describeSlot(121)!.transactionId;
    other.transaction(() => {
      for (let x = 0; x < 50; x++) other.prepare('INSERT INTO t VALUES (?)').run(x);
      expect(native.describeSlot(121)!.transactionId).toBe(before);
    })();
    expect(native.describeSlot(121)!.transactionId).toBe(before + 1);
  });
});

describe('pragma', () => {
  it('returns rows, or one value', () => {
    expect(db.pragma('user_version')).toEqual([{ user_version: 0 }]);
    expect(db.pragma('user_version = 7')).toEqual([]);
    expect(db.pragma('user_version', { simple: true })).toBe(7);
    expect(db.pragma('table_info(absent)', { simple: true })).toBeUndefined();
  });

  it.each([
    ['journal_mode', 'truncate'],
    ['locking_mode', 'exclusive'],
    ['synchronous', 0],
    ['temp_store', 1],
    ['foreign_keys', 1],
    ['page_size', 4096],
    ['encoding', 'UTF-8'],
    ['trusted_schema', 0],
  ])('%s is %s', (name, value) => {
    expect(db.pragma(name, { simple: true })).toBe(value);
  });

  it('refuses what is no string, and options of a wrong type', () => {
    expect(() => db.pragma(5 as unknown as string)).toThrow(TypeError);
    expect(() => db.pragma('user_version', { simple: 1 as unknown as boolean })).toThrow(
      new TypeError('Expected the "simple" option to be a boolean'),
    );
    expect(() => db.pragma('user_version; DROP TABLE t')).toThrow(RangeError);
    expect(() => db.pragma('user_version = (')).toThrow(SqliteError);
  });
});
