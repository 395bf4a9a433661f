import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { readVirtualMemory } from './manager-image';
import { SqlConnection } from './sql-connection';
import { StableMemory } from './stable-memory';
import { StorageHost } from './storage-host';
import {
  checkConservation,
  physicalPage,
  readPageChecksums,
  readStoredImage,
  readSuperblock,
} from './store-image';

const SLOT = 120;
const OTHER = 121;
const PAGE = 4096;
const ALL = 1_000_000;
const Status = { ok: 0, damagedPage: 41 } as const;
const IOERR_DATA = 8202;

let host: StorageHost;

beforeEach(async () => {
  host = await StorageHost.start();
  expect(host.native.formatStore(SLOT, 1n)).toBe(Status.ok);
});

const slotBytes = (id = SLOT) => readVirtualMemory(host.stable.bytes(), id);
const checksums = () => [...readPageChecksums(slotBytes()).values()];

function write(page: number, pages: number, fill: number): void {
  const bytes = new Uint8Array(pages * PAGE).map((_, n) => (n >> 3) * 31 + fill);
  host.withBytes(bytes, (address) => {
    expect(host.native.transactionWrite(SLOT, BigInt(page * PAGE), address, bytes.length)).toBe(Status.ok);
  });
  expect(host.native.transactionReserve(SLOT)).toBe(1);
  host.native.transactionPublish(SLOT);
}

function exportPage(page: number): number {
  return host.withRoom(PAGE, (address) => host.native.exportImage(SLOT, BigInt(page * PAGE), address, PAGE));
}

/** Flips a bit in the slot's memory, as a fault would. */
function damage(id: number, physical: number, offset = 100): void {
  const place = BigInt(physical * PAGE + offset);
  host.withRoom(1, (address) => {
    host.native.readMemory(id, place, address, 1n);
    host.view(address, 1)[0]! ^= 4;
    host.native.writeMemory(id, place, address, 1n);
  });
}

async function upgrade(): Promise<void> {
  host = await StorageHost.start({ stable: new StableMemory(host.stable.bytes()) });
  for (const id of [SLOT, OTHER]) host.native.openStore(id);
}

describe('page checksums', () => {
  it('are kept of what is written once they are on, and of the rest after the pass', () => {
    write(0, 600, 1);
    expect(new Set(checksums())).toEqual(new Set([0]));
    host.native.switchPageChecksums(SLOT, 1);
    write(300, 10, 2);
    expect(checksums().filter((checksum) => checksum !== 0)).toHaveLength(10);
    let calls = 1;
    while (host.native.continuePassOf(SLOT, 100) === 0) calls++;
    expect(calls).toBe(6);
    expect(checksums()).not.toContain(0);
    write(0, 5, 3);
    write(600, 5, 3);
    expect(checksums()).toHaveLength(605);
    expect(checksums()).not.toContain(0);
    checkConservation(slotBytes());
  });

  it('go away when they are switched off, in bounded calls and over an upgrade', async () => {
    write(0, 600, 1);
    host.native.switchPageChecksums(SLOT, 1);
    host.native.continuePassOf(SLOT, ALL);
    host.native.switchPageChecksums(SLOT, 0);
    write(590, 2, 2);
    expect(checksums().filter((checksum) => checksum === 0)).toHaveLength(2);
    expect(host.native.continuePassOf(SLOT, 256)).toBe(0);
    await upgrade();
    expect(checksums().filter((checksum) => checksum === 0)).toHaveLength(258);
    expect(host.native.continuePassOf(SLOT, ALL)).toBe(1);
    expect(new Set(checksums())).toEqual(new Set([0]));
  });

  it('tell a damaged page on reading, whole or in part, and leave the other pages alone', () => {
    write(0, 20, 1);
    host.native.switchPageChecksums(SLOT, 1);
    host.native.continuePassOf(SLOT, ALL);
    damage(SLOT, physicalPage(slotBytes(), 7));
    expect(exportPage(7)).toBe(Status.damagedPage);
    expect([host.native.damagedMemory(), host.native.damagedPage()]).toEqual([SLOT, 8]);
    expect(exportPage(6)).toBe(Status.ok);
    const part = host.withRoom(8, (address) =>
      host.native.exportImage(SLOT, BigInt(7 * PAGE + 8), address, 8),
    );
    expect(part).toBe(Status.damagedPage);
    // Written anew, it is sound again.
    write(7, 1, 5);
    expect(exportPage(7)).toBe(Status.ok);
  });

  it('are compared by a check that names the damaged pages, call by call', () => {
    write(0, 600, 1);
    host.native.switchPageChecksums(SLOT, 1);
    host.native.continuePassOf(SLOT, ALL);
    const broken = [3, 255, 256, 599];
    for (const page of broken) damage(SLOT, physicalPage(slotBytes(), page));
    const before = host.stable.bytes();
    const found: number[] = [];
    let from = 0;
    do {
      from = host.native.verifyPagesOf(SLOT, from, 90);
      const count = host.native.damagedPageCount();
      const names = host.view(host.native.damagedPages(), count * 4).slice();
      found.push(...new Uint32Array(names.buffer));
    } while (from !== 0);
    expect(found).toEqual(broken.map((page) => page + 1));
    expect(Buffer.compare(before, host.stable.bytes())).toBe(0);
  });

  it('name more damaged pages than one answer holds, one answer after the other', () => {
    write(0, 100, 1);
    host.native.switchPageChecksums(SLOT, 1);
    host.native.continuePassOf(SLOT, ALL);
    for (let page = 0; page < 100; page++) damage(SLOT, physicalPage(slotBytes(), page));
    expect(host.native.verifyPagesOf(SLOT, 0, ALL)).toBe(64);
    expect(host.native.damagedPageCount()).toBe(64);
    expect(host.native.verifyPagesOf(SLOT, 64, ALL)).toBe(0);
    expect(host.native.damagedPageCount()).toBe(36);
  });

  it('move with their pages when the slot is compacted', () => {
    write(0, 600, 1);
    host.native.switchPageChecksums(SLOT, 1);
    host.native.continuePassOf(SLOT, ALL);
    write(600, 100, 2);
    host.native.transactionTruncate(SLOT, BigInt(50 * PAGE));
    host.native.transactionReserve(SLOT);
    host.native.transactionPublish(SLOT);
    const before = checksums();
    host.native.compact(SLOT, ALL);
    expect(checksums()).toEqual(before);
    expect(exportPage(49)).toBe(Status.ok);
  });

  it('are taken anew of an image that a restore makes the live one', () => {
    write(0, 300, 1);
    host.withBytes(Uint8Array.of(0x61), (name) => host.native.createSnapshot(SLOT, name, 1));
    const snapshot = host.native.keptImage();
    write(0, 300, 2);
    host.native.switchPageChecksums(SLOT, 1);
    expect(host.native.continuePassOf(SLOT, ALL)).toBe(1);
    host.withBytes(Uint8Array.of(0x62), (name) =>
      expect(host.native.restoreSnapshot(SLOT, snapshot, name, 1)).toBe(Status.ok),
    );
    expect(checksums()).toContain(0);
    expect(host.native.continuePassOf(SLOT, ALL)).toBe(1);
    expect(checksums()).not.toContain(0);
    expect(host.native.keepsPageChecksumsOf(SLOT)).toBe(1);
  });

  it('make SQL refuse a damaged page by name, while other archives go on', async () => {
    host.native.formatStore(OTHER, 1n);
    for (const id of [SLOT, OTHER]) {
      host.native.switchPageChecksums(id, 1);
      const sql = SqlConnection.open(host, id);
      sql.all(`CREATE TABLE t (id INTEGER PRIMARY KEY, v);
        WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 500)
        INSERT INTO t SELECT x, hex(zeroblob(200)) FROM n`);
      sql.close();
    }
    const pages = readSuperblock(slotBytes()).logicalSize / PAGE;
    damage(SLOT, physicalPage(slotBytes(), pages - 1));
    await upgrade();
    const broken = SqlConnection.open(host, SLOT);
    const whole = SqlConnection.open(host, OTHER);
    expect(broken.codeOf('SELECT sum(length(v)) FROM t')).toBe(IOERR_DATA);
    expect([host.native.damagedMemory(), host.native.damagedPage()]).toEqual([SLOT, pages]);
    expect(broken.value('SELECT v IS NULL FROM t WHERE id = 1')).toBe('0');
    // A change of the damaged page is refused as well, and changes nothing.
    const before = host.stable.bytes();
    expect(broken.codeOf("UPDATE t SET v = 'new' WHERE id = 500")).toBe(IOERR_DATA);
    expect(Buffer.compare(before, host.stable.bytes())).toBe(0);
    expect(whole.value('SELECT sum(length(v)) FROM t')).toBe('200000');
    expect(whole.value('PRAGMA integrity_check')).toBe('ok');
  });

  it('hold for SQLite pages smaller and larger than a storage page', () => {
    for (const [id, size] of [
      [130, 512],
      [131, 65536],
    ] as const) {
      host.native.formatStore(id, 1n);
      host.native.switchPageChecksums(id, 1);
      const sql = SqlConnection.open(host, id, `PRAGMA page_size = ${size};`);
      sql.all(`CREATE TABLE t (id INTEGER PRIMARY KEY, v);
        WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 500)
        INSERT INTO t SELECT x, hex(zeroblob(x)) FROM n; UPDATE t SET v = x'01' WHERE id % 3 = 0; VACUUM`);
      expect(sql.value('PRAGMA page_size')).toBe(String(size));
      expect(sql.value('PRAGMA integrity_check')).toBe('ok');
      sql.close();
      expect([...readPageChecksums(slotBytes(id)).values()]).not.toContain(0);
    }
  });

  it('match after any sequence of writes, cuts, switches, passes, snapshots and compactions', async () => {
    const command = fc.oneof(
      fc.record({
        do: fc.constant('write' as const),
        page: fc.nat({ max: 500 }),
        pages: fc.integer({ min: 1, max: 40 }),
      }),
      fc.record({ do: fc.constant('cut' as const), page: fc.nat({ max: 500 }) }),
      fc.record({ do: fc.constant('switch' as const), enabled: fc.boolean() }),
      fc.record({ do: fc.constant('pass' as const), budget: fc.nat({ max: 300 }) }),
      fc.record({ do: fc.constant('snapshot' as const) }),
      fc.record({ do: fc.constant('compact' as const), budget: fc.nat({ max: 100 }) }),
      fc.record({ do: fc.constant('upgrade' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 25, size: 'max' }), async (commands) => {
        host = await StorageHost.start();
        host.native.formatStore(SLOT, 1n);
        let names = 0;
        let wanted = false;
        for (const step of commands) {
          if (step.do === 'write') write(step.page, step.pages, names + step.page);
          else if (step.do === 'cut') {
            const size = Math.min(step.page * PAGE, readSuperblock(slotBytes()).logicalSize);
            host.native.transactionTruncate(SLOT, BigInt(size));
            host.native.transactionReserve(SLOT);
            host.native.transactionPublish(SLOT);
          } else if (step.do === 'switch') {
            wanted = step.enabled;
            host.native.switchPageChecksums(SLOT, wanted ? 1 : 0);
          } else if (step.do === 'pass') host.native.continuePassOf(SLOT, step.budget);
          else if (step.do === 'snapshot') {
            const name = new TextEncoder().encode(`s${names++}`);
            host.withBytes(name, (address) => host.native.createSnapshot(SLOT, address, name.length));
          } else if (step.do === 'compact') host.native.compact(SLOT, step.budget);
          else await upgrade();
          checkConservation(slotBytes());
          readPageChecksums(slotBytes());
        }
        expect(host.native.continuePassOf(SLOT, ALL)).toBe(1);
        expect(checksums().every((checksum) => (checksum !== 0) === wanted)).toBe(true);
        expect(host.native.verifyPagesOf(SLOT, 0, ALL)).toBe(0);
        expect(host.native.damagedPageCount()).toBe(0);
        const image = readStoredImage(slotBytes());
        for (let page = 0; page * PAGE < image.length; page += 50) expect(exportPage(page)).toBe(Status.ok);
      }),
      { numRuns: 40 },
    );
  });
});
