import { beforeEach, describe, expect, it } from 'vitest';
import { installFacade, type SqliteError } from '../../src/database';
import type { NativeConnection } from '../../src/native/interface';
import { BufferStableMemory, type NodeHost } from '../../src/native/node';
import { xxh64 } from '../native/storage/xxh64';
import { startHost, thrownBy } from '../support/native-host';

const SLOT = 120;
const OTHER = 121;
const NOW = 1_700_000_000_123_456_789n;
const ALL = 1_000_000;

let stableMemory: BufferStableMemory;
let host: NodeHost;

beforeEach(async () => {
  stableMemory = new BufferStableMemory();
  host = await startHost({ stableMemory, now: () => NOW });
  installFacade(host.native);
});

/** An archive of about 2 MiB in a slot. */
function archive(slot: number): NativeConnection {
  const connection = host.native.create(slot, 1);
  connection.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);
    WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 500)
    INSERT INTO t SELECT x, 'row ' || x || ' ' || hex(zeroblob(2000)) FROM n`);
  return connection;
}

/** Flips a bit of a text in raw stable memory. */
function damage(text: string): void {
  const bytes = new Uint8Array(stableMemory.pages * 65536);
  stableMemory.read(0, bytes);
  const at = Buffer.from(bytes.buffer).lastIndexOf(text);
  expect(at).toBeGreaterThan(0);
  stableMemory.write(at, Uint8Array.of(bytes[at]! ^ 1));
}

const codeOf = (call: () => unknown) => (thrownBy(call) as SqliteError).code;

describe('the space of a slot', () => {
  it('is reported, and is nothing for a slot that was never written', () => {
    expect(host.native.slotSpace(SLOT)).toBeUndefined();
    archive(SLOT);
    const space = host.native.slotSpace(SLOT)!;
    expect(space).toEqual({
      logicalSize: host.native.describeSlot(SLOT)!.logicalSize,
      pagesUsed: space.logicalSize / 4096 + 2 + 2 + Math.ceil(space.logicalSize / 4096 / 256),
      pagesFree: 0,
      pagesHeldBySnapshots: 0,
      bucketsOwned: 2,
      bucketsReturnable: 0,
    });
  });

  it('shrinks by compaction after a VACUUM, call by call, and goes to others', () => {
    const connection = archive(SLOT);
    connection.exec('DELETE FROM t WHERE id > 100');
    connection.exec('VACUUM');
    const { bucketsReturnable, bucketsOwned } = host.native.slotSpace(SLOT)!;
    expect(bucketsReturnable).toBeGreaterThan(0);
    let returned = 0;
    let progress = host.native.compact(SLOT, 20);
    for (; !progress.done; progress = host.native.compact(SLOT, 20)) returned += progress.bucketsReturned;
    returned += progress.bucketsReturned;
    expect(returned).toBe(bucketsReturnable);
    expect(progress.bucketsReturnable).toBe(0);
    expect(host.native.slotSpace(SLOT)).toMatchObject({
      pagesFree: 0,
      bucketsOwned: bucketsOwned - bucketsReturnable,
      bucketsReturnable: 0,
    });
    expect(connection.prepare('SELECT count(*) FROM t').pluck().get()).toBe(100);
    const { stablePages } = host.native.memoryReport();
    host.native.create(OTHER, 1);
    expect(host.native.memoryReport().stablePages).toBe(stablePages);
  });

  it('is compacted in the middle of a transaction, which commits or rolls back as if nothing had happened', () => {
    const connection = archive(SLOT);
    connection.exec('DELETE FROM t WHERE id > 50; VACUUM');
    const count = connection.prepare("SELECT count(*) FROM t WHERE v = 'in between'").pluck();
    for (const [ends, expected] of [
      ['ROLLBACK', 0],
      ['COMMIT', 50],
    ] as const) {
      connection.exec("BEGIN; UPDATE t SET v = 'in between'");
      while (!host.native.compact(SLOT, 10).done);
      expect(count.get()).toBe(50);
      connection.exec(ends);
      expect(count.get()).toBe(expected);
      expect(connection.prepare('PRAGMA integrity_check').pluck().get()).toBe('ok');
      connection.exec(
        'CREATE TABLE IF NOT EXISTS u (v); INSERT INTO u VALUES (zeroblob(900000)); DELETE FROM u; VACUUM',
      );
    }
    connection.close();
    const reopened = host.native.open(SLOT);
    expect(reopened.prepare('PRAGMA integrity_check').pluck().get()).toBe('ok');
  });

  it('goes back whole with a purge, which an open archive refuses', () => {
    const connection = archive(SLOT);
    const { ownedBuckets } = host.native.memoryReport();
    expect(codeOf(() => host.native.purgeSlot(SLOT, ALL))).toBe('SLOT_BUSY');
    connection.close();
    expect(host.native.purgeSlot(SLOT, 1)).toBe(false);
    expect(codeOf(() => host.native.open(SLOT))).toBe('SLOT_PURGING');
    expect(host.native.purgeSlot(SLOT, 1)).toBe(true);
    expect(host.native.describeSlot(SLOT)).toBeUndefined();
    const report = host.native.memoryReport();
    expect(report.ownedBuckets).toBe(ownedBuckets - 2);
    expect(report.freeBuckets + report.spareBuckets).toBe(2);
    const raw = (report.stablePages - 1) / report.bucketSizeInPages;
    expect(report.ownedBuckets + report.freeBuckets + report.spareBuckets).toBe(raw);
    expect(report.neverUsedBuckets).toBe(32_768 - raw);
  });

  it('with bytes that are no archive is purged only on request', () => {
    host.native.growMemory(SLOT, 1);
    expect(codeOf(() => host.native.purgeSlot(SLOT, ALL))).toBe('SLOT_FOREIGN');
    expect(host.native.purgeSlot(SLOT, ALL, true)).toBe(true);
  });
});

describe('the checksum of an archive', () => {
  it('is refreshed in bounded calls, and tells when it is stale', () => {
    const connection = archive(SLOT);
    expect(host.native.slotChecksum(SLOT)).toBeUndefined();
    const { logicalSize, transactionId } = host.native.describeSlot(SLOT)!;
    const checksum = xxh64(host.native.readImage(SLOT, 0, logicalSize))
      .toString(16)
      .padStart(16, '0');
    const first = host.native.refreshChecksum(SLOT, 200);
    expect(first).toEqual({ done: false, position: 200 * 4096, total: logicalSize });
    connection.exec("UPDATE t SET v = 'changed' WHERE id = 1");
    while (!host.native.refreshChecksum(SLOT, 200).done);
    expect(host.native.slotChecksum(SLOT)).toEqual({
      checksum,
      transactionId,
      refreshedAt: Number(NOW / 1_000_000n),
      stale: true,
    });
    expect(host.native.refreshChecksum(SLOT, ALL).done).toBe(true);
    expect(host.native.slotChecksum(SLOT)).toMatchObject({ transactionId: transactionId + 1, stale: false });
    host.native.refreshChecksum(SLOT, 1);
    host.native.cancelChecksum(SLOT, ALL);
    expect(host.native.slotChecksum(SLOT)).toMatchObject({ transactionId: transactionId + 1, stale: false });
  });
});

describe('page checksums', () => {
  it('name slot and page of what is damaged, to SQL, exports and checks; other archives go on', () => {
    archive(SLOT).close();
    const other = archive(OTHER);
    expect(host.native.pageChecksums(SLOT)).toBe('off');
    for (const slot of [SLOT, OTHER]) host.native.setPageChecksums(slot, true);
    expect(host.native.pageChecksums(SLOT)).toBe('switching-on');
    expect(host.native.continuePageChecksums(SLOT, 300)).toBe(false);
    expect(host.native.continuePageChecksums(SLOT, 300)).toBe(true);
    expect(host.native.pageChecksums(SLOT)).toBe('on');
    expect(host.native.continuePageChecksums(OTHER, ALL)).toBe(true);
    other.exec("UPDATE t SET v = 'marker' WHERE id = 400");
    other.close();
    const connection = host.native.open(SLOT);
    connection.exec("UPDATE t SET v = 'here it is' WHERE id = 400");
    connection.close();
    damage('here it is');

    const { damaged, next } = host.native.verifyPages(SLOT, 0, ALL);
    expect(next).toBeUndefined();
    expect(damaged).toHaveLength(1);
    const message = `Slot ${SLOT}: page ${damaged[0]} of its archive is damaged: it does not match its checksum`;
    const open = host.native.open(SLOT);
    const read = open.prepare('SELECT v FROM t WHERE id = ?').pluck();
    expect(read.get(1)).toContain('row 1 ');
    expect(thrownBy(() => read.get(400))).toMatchObject({ code: 'SQLITE_IOERR_DATA', message });
    const offset = (damaged[0]! - 1) * 4096;
    expect(thrownBy(() => host.native.readImage(SLOT, offset, 100))).toMatchObject({
      code: 'SLOT_DAMAGED',
      message,
    });
    expect(thrownBy(() => host.native.refreshChecksum(SLOT, ALL))).toMatchObject({
      code: 'SLOT_DAMAGED',
      message,
    });
    expect(host.native.readImage(SLOT, 0, 4096)).toHaveLength(4096);
    const sound = host.native.open(OTHER);
    expect(sound.prepare('SELECT v FROM t WHERE id = 400').pluck().get()).toBe('marker');
    expect(host.native.verifyPages(OTHER, 0, ALL)).toEqual({ next: undefined, damaged: [] });
    host.native.setPageChecksums(OTHER, false);
    expect(host.native.pageChecksums(OTHER)).toBe('switching-off');
    expect(host.native.continuePageChecksums(OTHER, ALL)).toBe(true);
    expect(host.native.pageChecksums(OTHER)).toBe('off');
  });
});
