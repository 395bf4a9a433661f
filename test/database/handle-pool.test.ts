import { beforeEach, describe, expect, it } from 'vitest';
import { Database, HandlePool } from '../../src/database';
import type { NodeHost } from '../../src/native/node';
import { startHost, thrownBy } from '../support/native-host';

let host: NodeHost;
let pool: HandlePool;
beforeEach(async () => {
  host = await startHost();
  pool = new HandlePool(host.native);
});

const openSlots = () => pool.archives().map(({ memoryId }) => memoryId);

/** Fills an archive with so many MiB and reads them, so that its page cache holds up to 4 MiB of it. */
function warm(slot: number, megabytes: number): void {
  const archive = pool.create(slot);
  archive.exec(`CREATE TABLE t (x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ${1000 * megabytes})
    INSERT INTO t SELECT zeroblob(1000) FROM n`);
  readAll(slot);
}

function readAll(slot: number): void {
  pool.open(slot).prepare('SELECT sum(length(x)) FROM t').all();
}

describe('the pool of open archives', () => {
  it('opens an archive once', () => {
    const created = pool.create(120, 3);
    expect(pool.open(120)).toBe(created);
    expect(host.native.describeSlot(120)?.generation).toBe(3);
    expect(openSlots()).toEqual([120]);
  });

  it('keeps all slots open', () => {
    for (let slot = 120; slot <= 254; slot++) pool.create(slot).exec(`CREATE TABLE t AS SELECT ${slot} AS x`);
    const handles = openSlots().map((slot) => pool.open(slot));
    expect(handles).toHaveLength(135);
    for (let slot = 254; slot >= 120; slot--) {
      expect(pool.open(slot).prepare('SELECT x FROM t').pluck().get()).toBe(slot);
    }
    expect(handles.every((handle) => handle.isOpen())).toBe(true);
  });

  it('counts uses, and knows which came last', () => {
    for (const slot of [120, 121, 122]) pool.create(slot);
    for (const slot of [121, 120, 120]) pool.open(slot);
    const [first, second, third] = pool.archives();
    expect([first?.uses, second?.uses, third?.uses]).toEqual([3, 2, 1]);
    expect(third!.lastUse).toBeLessThan(second!.lastUse);
    expect(second!.lastUse).toBeLessThan(first!.lastUse);
  });

  /** Bytes that each archive holds, by slot. */
  const memory = () => new Map(pool.archives().map(({ memoryId, memoryBytes }) => [memoryId, memoryBytes]));

  it('lets those give up their page caches that were used longest ago, beyond the budget of all, and keeps them open', () => {
    for (let slot = 120; slot < 150; slot++) warm(slot, 4);
    readAll(120);
    pool.create(150);
    const held = memory();
    expect([...held.values()].reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(96 * 2 ** 20);
    expect(held.get(120)).toBeGreaterThan(4 * 2 ** 20);
    expect(held.get(149)).toBeGreaterThan(4 * 2 ** 20);
    expect(held.get(121)).toBeLessThanOrEqual(8 * 65_536);
    expect(openSlots()).toHaveLength(31);
    readAll(121);
    expect(memory().get(121)).toBeGreaterThan(4 * 2 ** 20);
  });

  it('takes nothing from one that is in a transaction, or being read', () => {
    warm(120, 4);
    const busy = pool.open(120);
    busy.exec('BEGIN; INSERT INTO t VALUES (1)');
    warm(121, 4);
    const rows = pool.database(121).prepare('SELECT length(x) FROM t').pluck().iterate();
    rows.next();
    const before = memory();
    for (let slot = 122; slot < 152; slot++) warm(slot, 4);
    for (const slot of [120, 121]) expect(memory().get(slot)).toBe(before.get(slot));
    expect(memory().get(122)).toBeLessThanOrEqual(8 * 65_536);
    expect([...rows]).toHaveLength(3999);
    busy.exec('COMMIT');
    expect(pool.open(120).prepare('SELECT count(*) FROM t').pluck().get()).toBe(4001);
  });

  it('takes what idle archives hold before anything is refused', () => {
    for (let slot = 120; slot < 130; slot++) warm(slot, 4);
    // A sort takes a buffer of 4 MiB in one piece, and more.
    host.native.limitHeap((host.native.memoryReport().heapPages + 80) * 65_536);
    const sort = 'SELECT count(*) FROM (SELECT hex(x) AS y FROM t ORDER BY y)';
    for (let slot = 120; slot < 130; slot++) expect(pool.open(slot).prepare(sort).pluck().get()).toBe(4000);
    expect(openSlots()).toHaveLength(10);
  });

  it('gives all memory back when all archives are closed', () => {
    warm(120, 4);
    pool.closeAll();
    const report = () => host.native.memoryReport().heapPages;
    const before = report();
    for (let round = 0; round < 5; round++) {
      for (const slot of [120, 121, 122]) {
        if (host.native.describeSlot(slot) === undefined) warm(slot, 4);
        else readAll(slot);
      }
      pool.closeAll();
    }
    expect(memory().size).toBe(0);
    expect(report()).toBeLessThan(before + 300);
  });

  it('leaves alone what was opened for somebody alone', () => {
    using alone = new Database(host.native, { memoryId: 120, create: true });
    expect(thrownBy(() => pool.open(120))).toMatchObject({ code: 'SLOT_BUSY' });
    pool.close(120);
    expect([alone.open, pool.archives()]).toEqual([true, []]);
    pool.create(121);
    expect(thrownBy(() => new Database(host.native, { memoryId: 121 }))).toMatchObject({ code: 'SLOT_BUSY' });
  });

  it('opens an archive anew whose database was closed', () => {
    pool.create(120);
    pool.database(120).close();
    expect(openSlots()).toEqual([]);
    expect(pool.open(120).isOpen()).toBe(true);
  });

  it('forgets what it closes', () => {
    const handle = pool.create(120);
    pool.close(120);
    pool.close(120);
    expect(handle.isOpen()).toBe(false);
    expect(pool.open(120)).not.toBe(handle);
    pool.create(121);
    pool.closeAll();
    expect(openSlots()).toEqual([]);
  });

  it('closes none that one of its statements is inside of', () => {
    const archive = pool.create(120);
    pool.database(120).function('close_me', () => pool.close(120) as undefined);
    expect(() => archive.prepare('SELECT close_me()').all()).toThrow(
      new TypeError('This database connection is busy executing a query'),
    );
    expect(archive.isOpen()).toBe(true);
  });

  it('keeps no handle of an archive that does not open', () => {
    expect(thrownBy(() => pool.open(125))).toMatchObject({ code: 'SLOT_EMPTY' });
    expect(openSlots()).toEqual([]);
  });

  it('gives a database over a handle, the same as long as the handle is open', () => {
    pool.create(120).exec('CREATE TABLE t (x)');
    const database = pool.database(120);
    const statement = database.query('SELECT x FROM t');
    expect(pool.database(120)).toBe(database);
    expect(pool.database(120).query('SELECT x FROM t')).toBe(statement);
    pool.close(120);
    expect([database.open, statement.isFinalized()]).toEqual([false, true]);
    expect(pool.database(120)).not.toBe(database);
    pool.database(120).close();
    expect(pool.database(120).query('SELECT x FROM t').all()).toEqual([]);
  });
});
