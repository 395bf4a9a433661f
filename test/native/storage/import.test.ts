import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { readVirtualMemory } from './manager-image';
import { SqlConnection } from './sql-connection';
import { StableMemory } from './stable-memory';
import { StorageHost } from './storage-host';
import { checkConservation, readStoredImage, readSuperblock } from './store-image';

const SOURCE = 130;
const TARGET = 131;
const PAGE = 4096;
const EVERYTHING = 0xffffffff;
/** Root and directory table, four segment tables; the record; the bits of a page received in two parts, and their table. */
const BLANK_IMPORT_PAGES = 2 + 4 + 1 + 2;
const Status = {
  ok: 0,
  full: 6,
  busy: 7,
  outOfBounds: 8,
  underWay: 9,
  noImport: 10,
  misaligned: 11,
  incomplete: 12,
  size: 13,
  notSqlite: 14,
  pageSize: 15,
  truncated: 16,
  wal: 17,
  format: 18,
  unverified: 57,
};

let host: StorageHost;
/** A database of the engine's own making, about 100 KiB. */
let database: Uint8Array;

beforeEach(async () => {
  host = await StorageHost.start();
  database = makeDatabase(4096);
  host.native.formatStore(TARGET, 1n);
  const sql = SqlConnection.open(host, TARGET);
  sql.all("CREATE TABLE old (x); INSERT INTO old VALUES ('as it was')");
  sql.close();
});

function makeDatabase(pageSize: number): Uint8Array {
  host.native.formatStore(SOURCE, 1n);
  const sql = SqlConnection.open(host, SOURCE, `PRAGMA page_size = ${pageSize};`);
  sql.all(`CREATE TABLE item (id INTEGER PRIMARY KEY, body);
           WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 500)
           INSERT INTO item SELECT x, hex(zeroblob(x % 100)) FROM n;
           INSERT INTO item VALUES (9000, zeroblob(40000));`);
  sql.close();
  const image = readStoredImage(readVirtualMemory(host.stable.bytes(), SOURCE));
  host.native.closeStore(SOURCE);
  host.native.releaseMemory(SOURCE);
  return image;
}

const target = () => readVirtualMemory(host.stable.bytes(), TARGET);
const same = (actual: Uint8Array, expected: Uint8Array) =>
  expect(Buffer.compare(actual, expected), 'the bytes differ').toBe(0);

function send(image: Uint8Array, offset: number, size: number): number {
  const chunk = image.subarray(offset, Math.min(offset + size, image.length));
  return host.withBytes(chunk, (address) =>
    host.native.writeImport(TARGET, BigInt(offset), address, chunk.length),
  );
}

function sendAll(image: Uint8Array, chunk = 10_000): void {
  for (let offset = 0; offset < image.length; offset += chunk)
    expect(send(image, offset, chunk)).toBe(Status.ok);
}

function begin(size: number): void {
  expect(host.native.beginImport(TARGET, BigInt(size))).toBe(Status.ok);
}

/** The whole import; the status of its finish. */
function importImage(image: Uint8Array): number {
  begin(image.length);
  sendAll(image);
  return host.native.finishImport(TARGET);
}

function expectOldContent(): void {
  const sql = SqlConnection.open(host, TARGET);
  expect(sql.value('SELECT x FROM old')).toBe('as it was');
  sql.close();
}

async function upgrade(): Promise<void> {
  host = await StorageHost.start({ stable: new StableMemory(host.stable.bytes()) });
  expect(host.native.openStore(TARGET)).toBe(Status.ok);
}

describe('a staged import', () => {
  it.each([1, 100, 4096, 10_000, 65_536, 2_000_000])('takes chunks of %i bytes in order', (chunk) => {
    const image = chunk === 1 ? database.slice(0) : database;
    begin(image.length);
    if (chunk === 1) {
      expect(send(image, 0, 4000)).toBe(Status.ok);
      for (let offset = 4000; offset < 4200; offset++) expect(send(image, offset, 1)).toBe(Status.ok);
      expect(send(image, 4200, image.length)).toBe(Status.ok);
    } else {
      sendAll(image, chunk);
    }
    expect(host.native.finishImport(TARGET)).toBe(Status.ok);
    expect(host.native.discardStaging(TARGET, EVERYTHING)).toBe(1);
    const memory = target();
    checkConservation(memory);
    same(readStoredImage(memory), image);
    const sql = SqlConnection.open(host, TARGET);
    expect(sql.value('PRAGMA integrity_check')).toBe('ok');
    expect(sql.all('SELECT count(*), max(length(body)) FROM item')).toEqual([['501', '40000']]);
  });

  it('takes page-aligned chunks in any order, again, and over an upgrade', async () => {
    const pages = Math.ceil(database.length / PAGE);
    const chunks = fc.shuffledSubarray([...Array(pages).keys()], { minLength: pages });
    await fc.assert(
      fc.asyncProperty(
        chunks,
        fc.array(fc.nat({ max: pages - 1 })),
        fc.nat({ max: pages }),
        async (order, again, cut) => {
          begin(database.length);
          for (const [n, page] of [...order, ...again].entries()) {
            if (n === cut) await upgrade();
            if (n === pages - 1) expect(host.native.finishImport(TARGET)).toBe(Status.incomplete);
            expect(send(database, page * PAGE, PAGE)).toBe(Status.ok);
          }
          checkConservation(target());
          expect(host.native.finishImport(TARGET)).toBe(Status.ok);
          expect(host.native.discardStaging(TARGET, EVERYTHING)).toBe(1);
          checkConservation(target());
          same(readStoredImage(target()), database);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('counts a last page that is not whole, even if it came first', () => {
    const size = 2 * PAGE + 100;
    begin(size);
    expect(send(database.subarray(0, size), 2 * PAGE, PAGE)).toBe(Status.ok);
    expect(readSuperblock(target()).stagingReceived).toBe(100);
    expect(send(database, 0, 2 * PAGE)).toBe(Status.ok);
    expect(readSuperblock(target()).stagingReceived).toBe(size);
  });

  it('leaves the live archive readable and writable until the end, and switches in one superblock write', () => {
    begin(database.length);
    const sql = SqlConnection.open(host, TARGET);
    for (let offset = 0; offset < database.length; offset += 10_000) {
      expect(send(database, offset, 10_000)).toBe(Status.ok);
      sql.all(`INSERT INTO old VALUES (${offset}), (hex(zeroblob(3000)))`);
    }
    expect(host.native.finishImport(TARGET)).toBe(Status.busy);
    expect(sql.value('SELECT count(*) FROM old')).toBe(String(1 + 2 * Math.ceil(database.length / 10_000)));
    expect(sql.value('PRAGMA integrity_check')).toBe('ok');
    sql.close();
    checkConservation(target());
    expect(host.native.verifyImport(TARGET)).toBe(Status.ok);
    host.stable.writes = 0;
    expect(host.native.switchImport(TARGET)).toBe(Status.ok);
    // The map entry of bits that are no longer needed, the allocation entry of the record, and the superblock.
    expect(host.stable.writes).toBe(3);
    checkConservation(target());
    same(readStoredImage(target()), database);
  });

  it('gives the replaced image back, as many pages a call as it is allowed, over an upgrade', async () => {
    const sql = SqlConnection.open(host, TARGET);
    sql.all('INSERT INTO old VALUES (zeroblob(3000000))');
    sql.close();
    expect(importImage(database)).toBe(Status.ok);
    expect(host.native.beginImport(TARGET, 1000n)).toBe(Status.underWay);
    let calls = 0;
    while (host.native.discardStaging(TARGET, 100) === 0) {
      calls++;
      checkConservation(target());
      if (calls === 3) await upgrade();
    }
    expect(calls).toBe(7);
    const pages = host.stable.pages;
    checkConservation(target());
    same(readStoredImage(target()), database);
    expect(readSuperblock(target()).stagingState).toBe(0);
    expect(importImage(database)).toBe(Status.ok);
    expect(host.stable.pages).toBe(pages);
  });

  it('is cancelled without a trace', () => {
    begin(database.length);
    sendAll(database.subarray(0, 50_000));
    expect(host.native.cancelImport(TARGET)).toBe(Status.ok);
    expect(host.native.discardStaging(TARGET, EVERYTHING)).toBe(1);
    checkConservation(target());
    expect(readSuperblock(target())).toMatchObject({ stagingState: 0, stagingRoot: 0, stagingSize: 0 });
    expect(host.native.cancelImport(TARGET)).toBe(Status.noImport);
    expectOldContent();
  });

  it('is refused room without a change', () => {
    begin(2 ** 30);
    const before = host.stable.bytes();
    host.stable.refuse = () => true;
    expect(send(new Uint8Array(2_000_000).fill(1), 0, 2_000_000)).toBe(Status.full);
    same(host.stable.bytes(), before);
  });

  it('keeps blank pages without room', () => {
    const blank = new Uint8Array(1000 * PAGE);
    const before = readSuperblock(target()).highWater;
    begin(blank.length);
    sendAll(blank, 500_000);
    expect(readSuperblock(target())).toMatchObject({ stagingReceived: blank.length });
    expect(readSuperblock(target()).highWater - before).toBe(BLANK_IMPORT_PAGES);
    expect(host.native.finishImport(TARGET)).toBe(Status.notSqlite);
  });
});

describe('misuse of an import', () => {
  it('is answered by status, with nothing changed', () => {
    const before = host.stable.bytes();
    expect(send(database, 0, 100)).toBe(Status.noImport);
    expect(host.native.finishImport(TARGET)).toBe(Status.noImport);
    expect(host.native.beginImport(TARGET, 0n)).toBe(Status.size);
    expect(host.native.beginImport(TARGET, 2n ** 36n + 1n)).toBe(Status.size);
    same(host.stable.bytes(), before);
    begin(database.length);
    const begun = host.stable.bytes();
    expect(host.native.beginImport(TARGET, 5n)).toBe(Status.underWay);
    expect(
      host.withRoom(8, (at) => host.native.writeImport(TARGET, BigInt(database.length - 7), at, 8)),
    ).toBe(Status.outOfBounds);
    expect(host.withRoom(8, (at) => host.native.writeImport(TARGET, 2n ** 64n - 4n, at, 8))).toBe(
      Status.outOfBounds,
    );
    expect(host.native.finishImport(TARGET)).toBe(Status.incomplete);
    expect(host.native.switchImport(TARGET)).toBe(Status.unverified);
    same(host.stable.bytes(), begun);
    expectOldContent();
  });

  it('refuses parts of pages in an image so huge that their bits have no place', () => {
    const size = 2 ** 36;
    begin(size);
    const sendAt = (offset: number, length: number) =>
      host.withBytes(new Uint8Array(length).fill(1), (address) =>
        host.native.writeImport(TARGET, BigInt(offset), address, length),
      );
    expect(sendAt(size - 100, 99)).toBe(Status.misaligned);
    expect(sendAt(size - PAGE, PAGE)).toBe(Status.ok);
    checkConservation(target());
    expect(readSuperblock(target()).stagingReceived).toBe(PAGE);
    expect(host.native.cancelImport(TARGET)).toBe(Status.ok);
    expect(host.native.discardStaging(TARGET, EVERYTHING)).toBe(1);
    checkConservation(target());
    expectOldContent();
  });
});

describe('an image that is', () => {
  const changed = (change: (bytes: Uint8Array) => void) => {
    const bytes = database.slice();
    change(bytes);
    return bytes;
  };

  it.each<[string, () => Uint8Array, number]>([
    [
      'not SQLite',
      () =>
        changed((bytes) => {
          bytes[3]! ^= 1;
        }),
      Status.notSqlite,
    ],
    ['shorter than a header', () => database.slice(0, 99), Status.notSqlite],
    [
      'of a page size that SQLite has not',
      () => changed((bytes) => bytes.set([0x03, 0x00], 16)),
      Status.pageSize,
    ],
    ['truncated by a page', () => database.slice(0, -PAGE), Status.truncated],
    ['truncated by a byte', () => database.slice(0, -1), Status.truncated],
    ['of a later format', () => changed((bytes) => bytes.set([3, 3], 18)), Status.format],
    [
      'in WAL mode with pages missing',
      () => changed((bytes) => bytes.set([2, 2], 18)).slice(0, -PAGE),
      Status.wal,
    ],
  ])('%s is refused, and the archive stays', (_, image, status) => {
    expect(importImage(image())).toBe(status);
    expect(host.native.cancelImport(TARGET)).toBe(Status.ok);
    expect(host.native.discardStaging(TARGET, EVERYTHING)).toBe(1);
    checkConservation(target());
    expectOldContent();
  });

  it('in WAL mode and checkpointed is converted', () => {
    expect(importImage(changed((bytes) => bytes.set([2, 2], 18)))).toBe(Status.ok);
    same(readStoredImage(target()), database);
    const sql = SqlConnection.open(host, TARGET);
    sql.all("INSERT INTO item (body) VALUES ('after')");
    expect(sql.value('PRAGMA integrity_check')).toBe('ok');
    expect(sql.value('PRAGMA journal_mode')).toBe('truncate');
  });

  it('longer than its header says loses what is behind it', () => {
    const longer = new Uint8Array(Math.ceil(database.length / 65536) * 65536 + 65536);
    longer.set(database);
    longer.fill(9, longer.length - PAGE);
    expect(importImage(longer)).toBe(Status.ok);
    checkConservation(target());
    same(readStoredImage(target()), database);
  });

  it.each([512, 1024, 8192, 65536])('of pages of %i bytes comes in as it is', (pageSize) => {
    const image = makeDatabase(pageSize);
    expect(importImage(image)).toBe(Status.ok);
    expect(host.native.discardStaging(TARGET, EVERYTHING)).toBe(1);
    same(readStoredImage(target()), image);
    expect(readSuperblock(target()).sqlitePageSize).toBe(pageSize);
    const sql = SqlConnection.open(host, TARGET);
    expect(sql.value('PRAGMA integrity_check')).toBe('ok');
    sql.all('UPDATE item SET body = hex(zeroblob(90)); VACUUM; PRAGMA integrity_check');
    sql.close();
    checkConservation(target());
  });
});
