import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ModelledArchive, PAGE, Status } from './archive-model';
import { readVirtualMemory } from './manager-image';
import { SqlConnection } from './sql-connection';
import { StorageHost } from './storage-host';
import { readSuperblock } from './store-image';

// What a write meets of its own image's damaged tables is told before anything is written. Reads of such pages are in
// damaged-images.test.ts.

const SLOT = 120;
const OTHER = 121;
const FIELDS_OF_ENTRY = 16;
const OUT_OF_THE_SLOT = 0x00fffff0;
const DAMAGED_PAGE = 41;
const IOERR_DATA = 8202;
const KIND = { data: 1, segment: 2 } as const;
const NO_PAGE = 0;

let host: StorageHost;
let archive: ModelledArchive;
let other: ModelledArchive;

const pages = (count: number, fill: number) => new Uint8Array(count * PAGE).fill(fill);
const entry = (table: number, index: number) => table * PAGE + index * FIELDS_OF_ENTRY;
/** Where the allocation entry of a page lies. */
const allocation = (page: number) => (Math.floor(page / 1024) * 1024 + 1) * PAGE + (page % 1024) * 4;

function word(offset: number): number {
  const memory = readVirtualMemory(host.stable.bytes(), SLOT);
  return new DataView(memory.buffer, memory.byteOffset).getUint32(offset, true);
}

function poke(offset: number, ...words: number[]): void {
  const bytes = new Uint8Array(new Uint32Array(words).buffer);
  host.withBytes(bytes, (address) =>
    host.native.writeMemory(SLOT, BigInt(offset), address, BigInt(bytes.length)),
  );
}

const root = () => readSuperblock(readVirtualMemory(host.stable.bytes(), SLOT)).rootTable;
const directory = () => word(entry(root(), 0));
const segment = (number: number) => word(entry(directory(), number));
const page = (logical: number) => word(entry(segment(logical >> 8), logical & 255));

async function reopen(): Promise<void> {
  await archive.upgrade(OTHER);
  host = archive.host;
  other.host = host;
}

/** The transaction under way is refused as damaged, with nothing written anywhere, and the other archive goes on. */
function expectRefused(damagedPage: number): void {
  const before = host.stable.bytes();
  expect(archive.commit()).toBe(false);
  expect(host.native.reserveOutcome()).toBe(DAMAGED_PAGE);
  expect([host.native.damagedMemory(), host.native.damagedPage()]).toEqual([SLOT, damagedPage]);
  expect(Buffer.compare(host.stable.bytes(), before)).toBe(0);
  other.publish(0, pages(3, 7));
  other.check();
}

async function start(): Promise<void> {
  host = await StorageHost.start();
  archive = ModelledArchive.format(host, SLOT);
  other = ModelledArchive.format(host, OTHER);
  other.publish(0, pages(40, 9));
  archive.publish(0, pages(600, 1));
}

beforeEach(start);

/** What is damaged on the way to logical page 300 (SQLite's 301), and the first page that is lost with it. */
const DAMAGES: [string, number, () => void][] = [
  ['whose root is recorded as free', 1, () => poke(allocation(root()), 0)],
  ['whose directory lies out of the slot', 1, () => poke(entry(root(), 0), OUT_OF_THE_SLOT)],
  ['whose directory is a page of data', 1, () => poke(entry(root(), 0), page(3))],
  ['whose segment table lies out of the slot', 257, () => poke(entry(directory(), 1), OUT_OF_THE_SLOT)],
  ['whose segment table is another one', 257, () => poke(entry(directory(), 1), segment(0))],
  ['whose segment table is recorded as data', 257, () => poke(allocation(segment(1)), KIND.data << 24)],
  ['whose entry lies out of the slot', 301, () => poke(entry(segment(1), 300 - 256), OUT_OF_THE_SLOT)],
  ['whose entry leads to another page', 301, () => poke(entry(segment(1), 300 - 256), page(7))],
  ['which is recorded as free', 301, () => poke(allocation(page(300)), 0)],
  ['which is recorded as a table', 301, () => poke(allocation(page(300)), (KIND.segment << 24) | 300)],
];

describe.each(DAMAGES)('a page %s', (_, lost, damage) => {
  it.each([
    ['alone', false],
    ['beside a snapshot', true],
  ])('is not written, %s', async (_name, isShared) => {
    if (isShared) archive.snapshot();
    damage();
    await reopen();
    archive.write(2 * PAGE, pages(1, 5));
    archive.write(300 * PAGE, pages(1, 5));
    expectRefused(lost);
  });

  it('is not cut off', async () => {
    damage();
    await reopen();
    archive.truncate(256 * PAGE);
    expectRefused(lost);
    archive.truncate(10 * PAGE);
    expectRefused(lost);
    archive.truncate(0);
    expectRefused(lost);
  });

  it('is not written behind a cut, which would free it', async () => {
    damage();
    await reopen();
    archive.truncate(290 * PAGE);
    archive.write(290 * PAGE, pages(40, 5));
    expectRefused(lost);
  });
});

describe('a damaged page', () => {
  it('is let alone by writes and cuts elsewhere', async () => {
    poke(entry(segment(1), 300 - 256), OUT_OF_THE_SLOT);
    await reopen();
    archive.publish(0, pages(200, 5));
    archive.truncate(400 * PAGE);
    expect(archive.commit()).toBe(true);
    archive.publish(301 * PAGE, pages(150, 6));
    archive.write(300 * PAGE, pages(1, 7));
    expectRefused(301);
  });

  it('behind the end is found by the write that would add it', async () => {
    poke(entry(segment(2), 600 - 512), OUT_OF_THE_SLOT);
    await reopen();
    archive.write(600 * PAGE, pages(2, 5));
    expectRefused(601);
  });
});

describe('damaged allocation tables', () => {
  /** Pages 590 to 599 are free then, and a group's table says so. */
  function cutBack(): void {
    archive.truncate(590 * PAGE);
    expect(archive.commit()).toBe(true);
  }

  it.each([
    [
      'lost the free pages that are counted',
      (free: number) => poke(allocation(free), 5, 5, 5, 5, 5, 5, 5, 5, 5, 5),
    ],
    ['are no tables any more', (free: number) => poke(allocation(Math.floor(free / 1024) * 1024 + 1), 0)],
  ])('that %s let nothing be added', async (_, damage) => {
    const free = page(590);
    cutBack();
    damage(free);
    await reopen();
    archive.write(590 * PAGE, pages(8, 5));
    expectRefused(NO_PAGE);
    const name = new TextEncoder().encode('kept');
    const before = host.stable.bytes();
    const status = host.withBytes(name, (address) => host.native.createSnapshot(SLOT, address, name.length));
    expect([status, host.native.beginImport(SLOT, 9_000n)]).toEqual([DAMAGED_PAGE, DAMAGED_PAGE]);
    expect(Buffer.compare(host.stable.bytes(), before)).toBe(0);
  });
});

it('a compaction that does not find the free pages ends, and moves nothing more', async () => {
  archive.truncate(0);
  expect(archive.commit()).toBe(true);
  archive.publish(0, pages(100, 2));
  archive.snapshot();
  archive.publish(0, pages(100, 3));
  archive.publish(0, pages(100, 4));
  const free = Array.from({ length: 700 }, (_, n) => n + 2).filter((n) => word(allocation(n)) === 0);
  for (const n of free) poke(allocation(n), 5);
  await reopen();
  expect(host.native.compact(SLOT, 1_000)).toBe(DAMAGED_PAGE);
  other.check();
});

describe('a transaction in SQL that meets a damaged map', () => {
  const rows = (sql: SqlConnection) => sql.value('SELECT count(*) || sum(length(v)) FROM t');

  it.each([
    ['a page of its own', () => poke(allocation(page(600)), 0)],
    ['its directory', () => poke(allocation(directory()), 0)],
  ])(
    'at %s fails as a read of a damaged page does, is rolled back, and leaves the archive readable',
    async (_, damage) => {
      archive.truncate(0);
      expect(archive.commit()).toBe(true);
      const open = () => SqlConnection.open(host, SLOT);
      let sql = open();
      sql.all(`CREATE TABLE t (id INTEGER PRIMARY KEY, v);
      WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 900)
      INSERT INTO t SELECT x, hex(zeroblob(1400)) FROM n`);
      const before = rows(sql);
      sql.close();
      damage();
      await reopen();
      sql = open();
      const bytes = host.stable.bytes();
      expect(sql.codeOf("UPDATE t SET v = 'short'")).toBe(IOERR_DATA);
      expect(host.native.damagedMemory()).toBe(SLOT);
      expect(Buffer.compare(host.stable.bytes(), bytes)).toBe(0);
      expect(rows(sql)).toBe(before);
      expect(sql.value('PRAGMA integrity_check')).toBe('ok');
    },
  );
});

describe('any one word of the live image’s tables', () => {
  const range = { page: fc.nat({ max: 700 }), pages: fc.integer({ min: 1, max: 300 }) };
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('write' as const), ...range }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const), ...range }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('snapshot' as const), ...range }) },
  );
  const places = {
    root: (index: number) => entry(root(), index % 2),
    directory: (index: number) => entry(directory(), index % 4),
    segment: (index: number) => entry(segment(index % 3), index),
    allocation: (index: number) => allocation(index * 3),
  };

  it('may be damaged: each write succeeds or is refused whole, and none traps', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.constantFrom(...Object.values(places)),
        fc.nat({ max: 255 }),
        fc.nat({ max: 3 }),
        fc.oneof(fc.nat({ max: 800 }), fc.constantFrom(0, OUT_OF_THE_SLOT, 0xffffffff), fc.nat()),
        fc.array(step, { minLength: 2, maxLength: 8 }),
        async (isShared, place, index, field, value, steps) => {
          await start();
          if (isShared) archive.snapshot();
          archive.publish(100 * PAGE, pages(300, 2));
          archive.truncate(570 * PAGE);
          expect(archive.commit()).toBe(true);
          poke(place(index) + field * 4, value);
          await reopen();
          for (const { do: what, page: first, pages: count } of steps) {
            const before = host.stable.bytes();
            const room = (): boolean => host.native.transactionReserve(SLOT) === 1;
            let isDone: boolean;
            if (what === 'snapshot') isDone = archive.snapshot() === Status.ok;
            else {
              const size = Math.min(first * PAGE, Number(host.native.transactionSize(SLOT)));
              if (what === 'write') archive.write(first * PAGE, pages(count, 3));
              else host.native.transactionTruncate(SLOT, BigInt(size));
              isDone = room();
              if (isDone) host.native.transactionPublish(SLOT);
              else host.native.transactionRollback(SLOT);
            }
            if (!isDone) expect(Buffer.compare(host.stable.bytes(), before)).toBe(0);
          }
          other.publish(0, pages(20, 4));
          other.check();
        },
      ),
      { numRuns: 20 },
    );
  }, 120_000);
});
