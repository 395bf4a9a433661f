import { beforeEach, describe, expect, it } from 'vitest';
import { HandlePool } from '../../src/database';
import type { NodeHost } from '../../src/native/node';
import { startHost, thrownBy } from '../support/native-host';

let host: NodeHost;
beforeEach(async () => {
  host = await startHost();
});

describe('the pool of open archives', () => {
  it('opens an archive once', () => {
    const pool = new HandlePool(host.native);
    const created = pool.create(120, 3);
    expect(pool.open(120)).toBe(created);
    expect(host.native.describeSlot(120)?.generation).toBe(3);
    expect(pool.size).toBe(1);
  });

  it('closes the one that was used longest ago when its limit is reached', () => {
    const pool = new HandlePool(host.native, { limit: 2 });
    const first = pool.create(120);
    const second = pool.create(121);
    pool.open(120);
    const third = pool.create(122);
    expect([first.isOpen(), second.isOpen(), third.isOpen()]).toEqual([true, false, true]);
    expect(pool.size).toBe(2);
    second.close();
    expect(pool.open(121).isOpen()).toBe(true);
    expect(first.isOpen()).toBe(false);
  });

  it('closes none that is in a transaction', () => {
    const pool = new HandlePool(host.native, { limit: 2 });
    const busy = pool.create(120);
    busy.exec('CREATE TABLE t (x); BEGIN; INSERT INTO t VALUES (1)');
    const idle = pool.create(121);
    const other = pool.create(122);
    expect([busy.isOpen(), idle.isOpen()]).toEqual([true, false]);
    other.exec('BEGIN');
    expect(() => pool.open(121)).toThrow(
      new RangeError(
        'All 2 open archives are in a transaction: end one, or make the pool with a larger "limit"',
      ),
    );
    busy.exec('COMMIT');
    pool.open(121);
    expect(pool.open(120).prepare('SELECT x FROM t').raw().all()).toEqual([[1]]);
  });

  it('opens an archive anew whose database was closed', () => {
    const pool = new HandlePool(host.native);
    pool.create(120);
    pool.database(120).close();
    expect(pool.open(120).isOpen()).toBe(true);
  });

  it('forgets what it closes', () => {
    const pool = new HandlePool(host.native);
    const handle = pool.create(120);
    pool.close(120);
    pool.close(120);
    expect(handle.isOpen()).toBe(false);
    expect(pool.open(120)).not.toBe(handle);
    pool.create(121);
    pool.closeAll();
    expect(pool.size).toBe(0);
  });

  it('keeps no handle of an archive that does not open', () => {
    const pool = new HandlePool(host.native, { limit: 1 });
    expect(thrownBy(() => pool.open(125))).toMatchObject({ code: 'SLOT_EMPTY' });
    expect(pool.size).toBe(0);
  });

  it('holds all slots through a pool of few handles', () => {
    const pool = new HandlePool(host.native, { limit: 4 });
    for (let slot = 120; slot <= 254; slot++) pool.create(slot).exec(`CREATE TABLE t AS SELECT ${slot} AS x`);
    for (let slot = 254; slot >= 120; slot--) {
      expect(pool.open(slot).prepare('SELECT x FROM t').pluck().get()).toBe(slot);
    }
    expect(pool.size).toBe(4);
  });

  it('gives a database over a handle, the same as long as the handle is open', () => {
    const pool = new HandlePool(host.native, { limit: 1 });
    pool.create(120).exec('CREATE TABLE t (x)');
    const database = pool.database(120);
    const statement = database.query('SELECT x FROM t');
    expect(pool.database(120)).toBe(database);
    expect(pool.database(120).query('SELECT x FROM t')).toBe(statement);
    pool.create(121);
    expect([database.open, statement.isFinalized()]).toEqual([false, true]);
    expect(pool.database(120)).not.toBe(database);
    pool.database(120).close();
    expect(pool.database(120).query('SELECT x FROM t').all()).toEqual([]);
  });

  it.each([0, -1, 1.5, Number.NaN])('has a limit of at least 1: %s is refused', (limit) => {
    expect(() => new HandlePool(host.native, { limit })).toThrow(RangeError);
  });

  it('has a limit that is a number, and no other options', () => {
    expect(() => new HandlePool(host.native, { limit: '2' as never })).toThrow(TypeError);
    expect(() => new HandlePool(host.native, { size: 2 } as never)).toThrow(
      new TypeError('Unknown option "size"; there are "limit", "beforeOpen"'),
    );
  });
});
