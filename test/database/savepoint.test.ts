import { beforeEach, describe, expect, it } from 'vitest';
import { type Database, SqliteError } from '../../src/database';
import { newDatabase, thrownBy } from '../support/native-host';

let db: Database;
beforeEach(async () => {
  db = await newDatabase();
  db.exec('CREATE TABLE t (x UNIQUE)');
});

const add = (x: number) => db.query('INSERT INTO t VALUES (?)').run(x);
const all = () => db.query('SELECT x FROM t ORDER BY x').pluck().all();

describe('a savepoint', () => {
  it('keeps what was done when it is released', () => {
    const point = db.savepoint();
    add(1);
    expect(db.inTransaction).toBe(true);
    point.release();
    expect(db.inTransaction).toBe(false);
    expect(all()).toEqual([1]);
  });

  it('undoes as often as it is asked to', () => {
    using point = db.savepoint();
    add(1);
    point.rollback();
    add(2);
    point.rollback();
    add(3);
    point.release();
    expect(all()).toEqual([3]);
  });

  it('undoes everything when its block is left without a release', () => {
    const failure = new Error('no');
    const attempt = () => {
      using _point = db.savepoint();
      add(1);
      throw failure;
    };
    expect(thrownBy(attempt)).toBe(failure);
    expect([db.inTransaction, all()]).toEqual([false, []]);
  });

  it('is inside of a transaction, and others are inside of it', () => {
    db.transaction(() => {
      add(1);
      const outer = db.savepoint();
      add(2);
      const inner = db.savepoint();
      add(3);
      inner.rollback();
      add(4);
      outer.release();
    })();
    expect(all()).toEqual([1, 2, 4]);
  });

  it('ends those that were made after it', () => {
    const outer = db.savepoint();
    const inner = db.savepoint();
    add(1);
    outer.release();
    expect(thrownBy(() => inner.release())).toMatchObject({ code: 'SQLITE_ERROR' });
    inner[Symbol.dispose]();
    expect(all()).toEqual([1]);
  });

  it('may have any name', () => {
    const point = db.savepoint('a "quoted" näme');
    expect(point.name).toBe('a "quoted" näme');
    add(1);
    point.rollback();
    db.exec('RELEASE "a ""quoted"" näme"');
    expect([db.inTransaction, all()]).toEqual([false, []]);
  });

  it('ends once', () => {
    const point = db.savepoint('p');
    point.release();
    for (const act of [() => point.release(), () => point.rollback()]) {
      expect(act).toThrow(new TypeError('The savepoint "p" has ended'));
    }
  });

  it('ends quietly where SQLite itself ended the transaction, or the database was closed', () => {
    {
      using _point = db.savepoint();
      add(1);
      expect(() => db.exec('INSERT OR ROLLBACK INTO t VALUES (1)')).toThrow(SqliteError);
    }
    expect(all()).toEqual([]);
    using _other = db.savepoint();
    db.close();
  });
});
