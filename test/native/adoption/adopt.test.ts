import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { runStockSqlite } from '../../../examples/tour/stock-sqlite';
import { Database } from '../../../src/database';
import { SqliteError } from '../../../src/database/errors';
import { thrownBy } from '../../support/native-host';
import { checkManager, readManager } from '../storage/manager-image';
import { checkConservation, readStoredImage, readSuperblock } from '../storage/store-image';
import { AdoptionHost, SLOT, WORKSPACE } from './adoption-host';
import { FLAG, fnv64, put, reseal, writeInPlace, writeSegmented } from './foreign-images';
import { mount, mountedFile } from './mounted';
import { randomFile } from './sqlite-file';

const NEIGHBOUR = 119;
const GENERATION = 12;
const ALL = 0xffffffff;

const neighbour = new Uint8Array(3 * 65536).fill(0x77);
const file = randomFile({ pageSize: 4096, pages: 400, seed: 11 });

const same = (actual: Uint8Array, expected: Uint8Array, what = 'the bytes differ') =>
  expect(Buffer.compare(actual, expected), what).toBe(0);

const startWith = (memory: Uint8Array, bucketSize = 1) =>
  AdoptionHost.start(mount({ [NEIGHBOUR]: neighbour, [SLOT]: memory }, bucketSize));

function codeOf(call: () => unknown): string {
  const error = thrownBy(call);
  expect(error).toBeInstanceOf(SqliteError);
  return (error as SqliteError).code;
}

/** Fails unless everything is accounted for and the slot holds exactly this image. */
function expectArchive(host: AdoptionHost, image: Uint8Array): void {
  const bytes = host.bytes();
  checkManager(bytes);
  const memory = host.memory(SLOT);
  checkConservation(memory);
  same(readStoredImage(memory), image);
  expect(host.memory(WORKSPACE)).toHaveLength(0);
  same(host.memory(NEIGHBOUR), neighbour, 'another memory changed');
}

describe('adopting', () => {
  it.each([
    ['version 6', writeSegmented(file, { transactionId: 77 })],
    ['version 8', writeInPlace(file, { transactionId: 77, base: 65536 * 3 })],
    ['a mounted file', mountedFile(file, 1)],
  ])('%s gives an archive of its bytes', async (_, memory) => {
    const host = await startWith(memory);
    host.native.beginAdoption(SLOT, GENERATION);
    expect(host.native.adoptionProgress()).toEqual({
      memoryId: SLOT,
      copied: 0,
      total: file.length,
      complete: false,
    });
    expect(host.native.continueAdoption(SLOT, 100)).toMatchObject({ copied: 100 * 4096, complete: false });
    same(host.memory(SLOT), memory, 'the old image changed');
    expect(host.native.continueAdoption(SLOT, ALL)).toEqual({
      memoryId: SLOT,
      copied: file.length,
      total: file.length,
      complete: true,
    });
    expectArchive(host, file);
    expect(host.native.adoptionProgress()).toBeUndefined();
    expect(host.native.describeSlot(SLOT)).toMatchObject({
      logicalSize: file.length,
      pageSize: 4096,
      transactionId: memory[0] === 0x53 ? 0 : 77,
      generation: GENERATION,
    });
    same(host.image(), file);
  });

  const shape = fc.record({
    pageSize: fc.constantFrom(512, 1024, 4096, 8192, 16384, 65536),
    pages: fc.integer({ min: 1, max: 40 }),
    seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  });
  const writer = fc.oneof(
    fc.record({ kind: fc.constant('segmented' as const), keepZeros: fc.boolean(), reversed: fc.boolean() }),
    fc.record({ kind: fc.constant('inPlace' as const), base: fc.integer({ min: 4, max: 24 }) }),
    fc.record({ kind: fc.constant('mounted' as const), spare: fc.nat({ max: 2 }) }),
  );

  it('gives any image byte for byte, at any budget, over upgrades, and touches nothing before', async () => {
    await fc.assert(
      fc.asyncProperty(
        shape,
        writer,
        fc.record({
          budget: fc.integer({ min: 10, max: 300 }),
          bucketSize: fc.integer({ min: 1, max: 20 }),
          upgrades: fc.boolean(),
          fresh: fc.boolean(),
          otherFlags: fc.constantFrom(0, FLAG.importing, FLAG.refreshing),
        }),
        async (image, how, { budget, bucketSize, upgrades, fresh, otherFlags }) => {
          const bytes = randomFile(image);
          const state = fresh
            ? { checksum: fnv64(bytes), flags: otherFlags }
            : { checksum: 5n, flags: FLAG.stale | otherFlags };
          const memory =
            how.kind === 'mounted'
              ? mountedFile(bytes, how.spare)
              : how.kind === 'inPlace'
                ? writeInPlace(bytes, { ...state, base: how.base * 16384 })
                : writeSegmented(bytes, {
                    ...state,
                    keepZeros: how.keepZeros,
                    order: (pages) => (how.reversed ? pages.reverse() : pages),
                  });
          const host = await startWith(memory, bucketSize);
          host.native.beginAdoption(SLOT, GENERATION);
          for (;;) {
            same(host.memory(SLOT), memory, 'the old image changed');
            checkManager(host.bytes());
            checkConservation(host.memory(WORKSPACE));
            if (upgrades) await host.upgrade();
            if (host.native.continueAdoption(SLOT, budget).complete) break;
          }
          expectArchive(host, bytes);
        },
      ),
      { numRuns: 60 },
    );
  }, 120_000);

  it('keeps to its budget', async () => {
    const host = await startWith(writeInPlace(file));
    host.native.beginAdoption(SLOT, GENERATION);
    expect(host.native.continueAdoption(SLOT, 0)).toMatchObject({ copied: 0, complete: false });
    expect(await host.adopt(50)).toBe(file.length / (50 * 4096));
  });

  it('takes images that nothing was written to yet', async () => {
    for (const memory of [writeSegmented(new Uint8Array(0)), writeInPlace(new Uint8Array(0))]) {
      const host = await startWith(memory);
      host.native.beginAdoption(SLOT, GENERATION);
      await host.adopt(1);
      expectArchive(host, new Uint8Array(0));
      const db = new Database(host.native, { memoryId: SLOT });
      db.exec('CREATE TABLE t (x)');
      db.close();
    }
  });

  it('takes more than a segment, a directory and an allocation group', async () => {
    const large = randomFile({ pageSize: 16384, pages: 600, seed: 4 });
    const host = await startWith(writeSegmented(large), 4);
    host.native.beginAdoption(SLOT, GENERATION);
    await host.adopt(1000);
    expectArchive(host, large);
  });

  it('never shows what lay behind the image', async () => {
    // An odd length leaves garbage in the last page of the writers' memories.
    const odd = randomFile({ pageSize: 512, pages: 13, seed: 2 });
    for (const memory of [writeSegmented(odd), writeInPlace(odd)]) {
      const host = await startWith(memory);
      host.native.beginAdoption(SLOT, GENERATION);
      await host.adopt(ALL);
      const slot = host.memory(SLOT);
      expect(Buffer.from(slot).indexOf(Buffer.alloc(300, 0xa5))).toBe(-1);
    }
  });
});

describe('an adopted archive', () => {
  let database: Uint8Array;
  beforeAll(async () => {
    const sql = `PRAGMA page_size = 16384; CREATE TABLE kv (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000)
      INSERT INTO kv SELECT 'k' || i, zeroblob(i % 300) FROM n;`;
    database = (await runStockSqlite(new Uint8Array(0), sql)).image;
  });

  it('opens, reads and writes as any other', async () => {
    const host = await startWith(writeSegmented(database, { checksum: fnv64(database) }));
    host.native.beginAdoption(SLOT, GENERATION);
    await host.adopt(20);
    const db = new Database(host.native, { memoryId: SLOT });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.prepare('SELECT count(*) AS n, sum(length(value)) AS bytes FROM kv').get()).toEqual({
      n: 2000,
      bytes: Array.from({ length: 2000 }, (_, i) => (i + 1) % 300).reduce((sum, n) => sum + n),
    });
    db.exec("DELETE FROM kv WHERE key > 'k5'; INSERT INTO kv VALUES ('new', zeroblob(100000)); VACUUM");
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
    checkConservation(host.memory(SLOT));
    await host.upgrade();
    const again = new Database(host.native, { memoryId: SLOT });
    expect(again.prepare("SELECT length(value) AS n FROM kv WHERE key = 'new'").get()).toEqual({ n: 100000 });
  });

  it('leaves the old image’s buckets to other archives', async () => {
    const host = await startWith(writeInPlace(randomFile({ pageSize: 16384, pages: 200, seed: 8 })), 2);
    const before = readManager(host.bytes());
    const oldBuckets = before.owners.filter((owner) => owner === SLOT).length;
    host.native.beginAdoption(SLOT, GENERATION);
    await host.adopt(ALL);
    const { stablePages, freeBuckets } = host.native.memoryReport();
    expect(freeBuckets).toBe(oldBuckets);
    const db = new Database(host.native, { memoryId: SLOT + 1, create: true });
    db.exec(`CREATE TABLE t (x); INSERT INTO t VALUES (randomblob(${(oldBuckets - 2) * 2 * 65536}))`);
    expect(host.native.memoryReport()).toMatchObject({ stablePages, freeBuckets: expect.any(Number) });
    expect(host.native.memoryReport().freeBuckets).toBeLessThan(2);
    checkManager(host.bytes());
    checkConservation(host.memory(SLOT + 1));
  });
});

describe('a slot formatted in buckets that others used', () => {
  it('has a first page of zeros behind its superblock', async () => {
    const host = await startWith(new Uint8Array(65536).fill(0xee), 1);
    expect(host.native.purgeSlot(SLOT, 1, true)).toBe(true);
    new Database(host.native, { memoryId: SLOT, create: true }).close();
    const page = host.memory(SLOT).subarray(256, 4096);
    expect(page.every((byte) => byte === 0)).toBe(true);
  });
});

describe('a cancelled adoption', () => {
  it('leaves everything as it was, at any point, and can be begun again', async () => {
    const memory = writeSegmented(file);
    const host = await startWith(memory);
    const before = readManager(host.bytes());
    for (const steps of [0, 1, 3]) {
      host.native.beginAdoption(SLOT, GENERATION);
      for (let n = 0; n < steps; n++) host.native.continueAdoption(SLOT, 64);
      if (steps === 3) await host.upgrade();
      host.native.cancelAdoption(SLOT);
      expect(host.native.adoptionProgress()).toBeUndefined();
      expect(readManager(host.bytes())).toEqual(before);
      same(host.memory(SLOT), memory);
      same(host.memory(NEIGHBOUR), neighbour);
    }
    const grown = host.native.memoryReport().stablePages;
    host.native.beginAdoption(SLOT, GENERATION);
    await host.adopt(64);
    expectArchive(host, file);
    expect(host.native.memoryReport().stablePages - grown).toBeLessThan(file.length / 65536);
  });
});

describe('an adoption is refused', () => {
  it('step by step where none was begun, and beside another', async () => {
    const host = await AdoptionHost.start(
      mount({ [SLOT]: writeInPlace(file), [SLOT + 1]: writeInPlace(file) }),
    );
    const { native } = host;
    expect(codeOf(() => native.continueAdoption(SLOT, 1))).toBe('ADOPTION_NONE');
    expect(codeOf(() => native.cancelAdoption(SLOT))).toBe('ADOPTION_NONE');
    native.beginAdoption(SLOT, GENERATION);
    expect(codeOf(() => native.beginAdoption(SLOT, GENERATION))).toBe('ADOPTION_BUSY');
    expect(codeOf(() => native.beginAdoption(SLOT + 1, GENERATION))).toBe('ADOPTION_BUSY');
    expect(codeOf(() => native.continueAdoption(SLOT + 1, 1))).toBe('ADOPTION_NONE');
    expect(codeOf(() => native.cancelAdoption(SLOT + 1))).toBe('ADOPTION_NONE');
    await host.adopt(ALL);
    native.beginAdoption(SLOT + 1, GENERATION);
    await host.adopt(ALL, false, SLOT + 1);
    same(host.image(SLOT + 1), file);
  });

  it.each([
    ['an archive of ours', /an archive already/, undefined],
    ['nothing', /it holds nothing/, new Uint8Array(0)],
    ['something unknown', /no layout known here explains/, new Uint8Array(65536).fill(1)],
  ])('for a slot with %s', async (_, message, memory) => {
    const host = await startWith(memory ?? new Uint8Array(0));
    if (!memory) new Database(host.native, { memoryId: SLOT, create: true }).close();
    const before = host.bytes();
    expect(codeOf(() => host.native.beginAdoption(SLOT, GENERATION))).toBe('ADOPTION_REFUSED');
    expect(() => host.native.beginAdoption(SLOT, GENERATION)).toThrow(message);
    expect(codeOf(() => host.native.verifySlot(SLOT, 0, undefined, 1))).toBe('ADOPTION_REFUSED');
    same(host.bytes(), before);
  });

  it('where MemoryId 117 holds something else, or a damaged record', async () => {
    const foreign = new Uint8Array(65536).fill(3);
    const host = await AdoptionHost.start(mount({ [WORKSPACE]: foreign, [SLOT]: writeInPlace(file) }));
    const before = host.bytes();
    expect(codeOf(() => host.native.beginAdoption(SLOT, GENERATION))).toBe('ADOPTION_WORKSPACE');
    expect(() => host.native.beginAdoption(SLOT, GENERATION)).toThrow(/MemoryId 117/);
    same(host.bytes(), before);

    const begun = await startWith(writeInPlace(file));
    begun.native.beginAdoption(SLOT, GENERATION);
    const bytes = begun.bytes();
    const record = Buffer.from(bytes).indexOf('TABADOPT');
    bytes[record + 20]! ^= 1;
    const damaged = await AdoptionHost.start(bytes);
    expect(codeOf(() => damaged.native.continueAdoption(SLOT, 1))).toBe('ADOPTION_WORKSPACE');
    expect(codeOf(() => damaged.native.cancelAdoption(SLOT))).toBe('ADOPTION_WORKSPACE');
    same(damaged.bytes(), bytes);
  });

  it('when its former owner wrote meanwhile', async () => {
    const host = await startWith(writeInPlace(file, { transactionId: 4 }));
    host.native.beginAdoption(SLOT, GENERATION);
    host.native.continueAdoption(SLOT, 10);
    // A downgrade to the former owner's module, which commits once.
    const bytes = host.bytes();
    const head = bytes.subarray(Buffer.from(bytes).indexOf('ICSQLITE'));
    put(head, 32, 5);
    reseal(head);
    const back = await AdoptionHost.start(bytes);
    expect(codeOf(() => back.native.continueAdoption(SLOT, 10))).toBe('ADOPTION_CHANGED');
    back.native.cancelAdoption(SLOT);
    back.native.beginAdoption(SLOT, GENERATION);
    await back.adopt(ALL);
    expect(back.native.describeSlot(SLOT)!.transactionId).toBe(5);
    same(back.image(), file);
  });

  it('when a fresh checksum does not hold', async () => {
    const memory = writeInPlace(file, { checksum: fnv64(file) ^ 1n });
    const host = await startWith(memory);
    host.native.beginAdoption(SLOT, GENERATION);
    expect(codeOf(() => host.native.continueAdoption(SLOT, ALL))).toBe('ADOPTION_CHECKSUM');
    expect(codeOf(() => host.native.continueAdoption(SLOT, 1))).toBe('ADOPTION_CHECKSUM');
    same(host.memory(SLOT), memory);
    host.native.cancelAdoption(SLOT);
    same(host.memory(SLOT), memory);
  });

  it.each<[string, number]>([
    ['the root table', 0],
    ['a segment table', 1],
  ])('when an entry of %s leads nowhere', async (_, level) => {
    const good = writeSegmented(file);
    const view = new DataView(good.buffer);
    const root = Number(view.getBigUint64(120, true));
    const entry = level === 0 ? root : Number(view.getBigUint64(root, true)) + 60 * 8;
    for (const offset of [1n, 65535n, BigInt(good.length - 100), 2n ** 64n - 1n, 2n ** 63n]) {
      const memory = good.slice();
      put(memory, entry, offset);
      const host = await startWith(memory);
      if (level === 0) {
        expect(host.native.inspectSlot(SLOT)).toMatchObject({ adoptable: false });
        continue;
      }
      expect(codeOf(() => host.native.verifySlot(SLOT, 0, undefined, ALL))).toBe('ADOPTION_DAMAGED');
      host.native.beginAdoption(SLOT, GENERATION);
      expect(codeOf(() => host.native.continueAdoption(SLOT, ALL))).toBe('ADOPTION_DAMAGED');
      expect(host.native.adoptionProgress()).toMatchObject({ copied: 60 * 16384 });
      checkConservation(host.memory(WORKSPACE));
      expect(codeOf(() => host.native.continueAdoption(SLOT, ALL))).toBe('ADOPTION_DAMAGED');
      host.native.cancelAdoption(SLOT);
      same(host.memory(SLOT), memory);
    }
  });

  it('for MemoryIds that are no slots and budgets that are none', async () => {
    const { native } = await startWith(writeInPlace(file));
    for (const id of [111, 119, 255, 1.5, -1]) {
      expect(() => native.inspectSlot(id)).toThrow(RangeError);
      expect(() => native.beginAdoption(id, 1)).toThrow(RangeError);
      expect(() => native.continueAdoption(id, 1)).toThrow(RangeError);
      expect(() => native.cancelAdoption(id)).toThrow(RangeError);
    }
    expect(() => native.beginAdoption(SLOT, -1)).toThrow(RangeError);
    expect(() => native.continueAdoption(SLOT, 2 ** 32)).toThrow(RangeError);
    expect(() => native.verifySlot(SLOT, 1, undefined, 1)).toThrow(RangeError);
    expect(() => native.verifySlot(SLOT, file.length + 4096, undefined, 1)).toThrow(RangeError);
    expect(() => native.verifySlot(SLOT, 0, 'xyz', 1)).toThrow(RangeError);
    expect(() => native.verifySlot(SLOT, 0, 'CBF29CE484222325', 1)).toThrow(RangeError);
  });
});

/** How beginning and finishing an adoption ends: 'adopted', or the error's code. A trap fails. */
async function outcome(host: AdoptionHost): Promise<string> {
  try {
    host.native.beginAdoption(SLOT, GENERATION);
    await host.adopt(200);
    return 'adopted';
  } catch (error) {
    expect(error).toBeInstanceOf(SqliteError);
    return (error as SqliteError).code;
  }
}

const REFUSALS = ['ADOPTION_REFUSED', 'ADOPTION_DAMAGED', 'ADOPTION_CHECKSUM'];

describe('any damage', () => {
  it('to the tables of version 6 ends in an error or an archive, never in a trap or a changed image', async () => {
    const good = writeSegmented(file, { checksum: fnv64(file) });
    const root = Number(new DataView(good.buffer).getBigUint64(120, true));
    const tables = root - 2048;
    const change = fc.record({ at: fc.nat({ max: 2048 + 7 }), byte: fc.nat({ max: 255 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const memory = good.slice();
        for (const { at, byte } of changes) memory[tables + at] = byte;
        const host = await startWith(memory);
        const code = await outcome(host);
        if (code === 'adopted') {
          expectArchive(host, file);
        } else {
          expect(REFUSALS).toContain(code);
          same(host.memory(SLOT), memory);
        }
      }),
      { numRuns: 150 },
    );
  }, 120_000);

  it('to a superblock, with a checksum that holds, ends the same way', async () => {
    const field = fc.constantFrom(8, 16, 32, 40, 48, 112, 120, 128, 136, 144, 160, 168);
    const value = fc.oneof(
      fc.bigInt({ min: 0n, max: 40n }),
      fc.bigInt({ min: 0n, max: 2n ** 24n }),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    );
    const codes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.boolean(), field, value, async (segmented, offset, number) => {
        const memory = segmented ? writeSegmented(file) : writeInPlace(file, { base: 131072 });
        put(memory, offset, number);
        if (memory[8] === 6 || (memory[8] === 8 && number <= 1024n)) reseal(memory);
        const host = await startWith(memory);
        const code = await outcome(host);
        codes.add(code);
        if (code === 'adopted') {
          checkConservation(host.memory(SLOT));
        } else {
          expect(REFUSALS).toContain(code);
          same(host.memory(SLOT), memory);
        }
      }),
      { numRuns: 200 },
    );
    expect(codes).toContain('adopted');
    expect(codes).toContain('ADOPTION_REFUSED');
  }, 120_000);

  it('to the header of a mounted file is refused, or leaves a file that is taken as it is', async () => {
    const codes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 99 }), fc.nat({ max: 255 }), async (offset, byte) => {
        const memory = mountedFile(file);
        memory[offset] = byte;
        const host = await startWith(memory);
        const { imageSize } = host.native.inspectSlot(SLOT);
        const code = await outcome(host);
        codes.add(code);
        if (code === 'adopted') {
          expectArchive(host, memory.subarray(0, imageSize));
        } else {
          expect(code).toBe('ADOPTION_REFUSED');
          same(host.memory(SLOT), memory);
        }
      }),
      { numRuns: 150 },
    );
    expect(codes).toEqual(new Set(['adopted', 'ADOPTION_REFUSED']));
  }, 120_000);
});

describe('verifying', () => {
  const verify = (host: AdoptionHost, pages: number) => {
    let state = host.native.verifySlot(SLOT, 0, undefined, pages);
    while (!state.complete) state = host.native.verifySlot(SLOT, state.verified, state.hash, pages);
    return state;
  };

  it.each([1, 7, 100, ALL])('hashes the image in steps of %i pages and writes nothing', async (pages) => {
    for (const write of [writeSegmented, writeInPlace]) {
      const host = await startWith(write(file, { checksum: fnv64(file) }));
      const before = host.bytes();
      expect(verify(host, pages)).toEqual({
        verified: file.length,
        total: file.length,
        hash: fnv64(file).toString(16).padStart(16, '0'),
        complete: true,
        matches: true,
      });
      same(host.bytes(), before);
    }
  });

  it('finds a changed byte', async () => {
    const memory = writeInPlace(file, { checksum: fnv64(file) });
    memory[65536 + 100_000]! ^= 1;
    const host = await startWith(memory);
    expect(verify(host, 100)).toMatchObject({ complete: true, matches: false });
  });

  it('reads what has no fresh checksum, without judging it', async () => {
    for (const memory of [mountedFile(file), writeSegmented(file, { checksum: 3n, flags: FLAG.stale })]) {
      const host = await startWith(memory);
      const result = verify(host, 1000);
      expect(result).toMatchObject({ verified: file.length, complete: true });
      expect(result).not.toHaveProperty('matches');
    }
  });
});

describe('the superblock of an adopted archive', () => {
  it('is that of an archive that was never staged or shared', async () => {
    const host = await startWith(writeSegmented(file, { transactionId: 9 }));
    host.native.beginAdoption(SLOT, GENERATION);
    await host.adopt(77);
    const memory = host.memory(SLOT);
    expect(readSuperblock(memory)).toMatchObject({
      generation: BigInt(GENERATION),
      transactionId: 9n,
      logicalSize: file.length,
      sharedEpoch: 0n,
      sqlitePageSize: 4096,
      stagingState: 0,
    });
    expect(memory.subarray(256, 4096).every((byte) => byte === 0)).toBe(true);
  });
});
