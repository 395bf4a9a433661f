import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Database, installFacade } from '../../../src/database';
import type { NativeModule } from '../../../src/native/interface';
import { BufferStableMemory, type NodeHost } from '../../../src/native/node';
import { startHost, thrownBy } from '../../support/native-host';
import { readVirtualMemory } from '../storage/manager-image';
import { checkConservation, readSuperblock } from '../storage/store-image';
import { xxh64 } from '../storage/xxh64';
import { wholeImage } from './base-images';
import { Random } from './random';

const TARGET = 120;
const SECOND = 1_000_000_000n;
const NO_LIMIT = Number.MAX_SAFE_INTEGER;
const ALL_PAGES = 2 ** 31 - 1;

let stable: BufferStableMemory;
let host: NodeHost;
let native: NativeModule;
let now = 1_800_000_000n * SECOND;
/** What the host's counter says, and how much it grows with each look at it. */
let instructions = 0n;
let step = 0n;
/** A sound database of some 70 KiB, whose last page is not a whole storage page. */
let image: Uint8Array;
/** Root page of its last table. */
let lastRoot: number;

async function start(): Promise<void> {
  host = await startHost({
    stableMemory: stable,
    now: () => now,
    instructions: () => {
      instructions += step;
      return instructions;
    },
  });
  native = host.native;
  installFacade(native);
}

/** The same stable memory under new code. */
const upgrade = start;

beforeAll(async () => {
  const { native } = await startHost();
  const db = new Database(native, { memoryId: TARGET, create: true });
  db.exec(`PRAGMA page_size = 512;
    CREATE TABLE first (id INTEGER PRIMARY KEY, body); CREATE TABLE "second ""table""" (x UNIQUE); CREATE TABLE third (x);
    WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 400)
    INSERT INTO first SELECT x, hex(zeroblob(x % 60)) FROM n;
    INSERT INTO "second ""table""" SELECT body || id FROM first;
    INSERT INTO third VALUES (zeroblob(9000)), ('end');`);
  lastRoot = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'third'").pluck().get() as number;
  db.close();
  image = wholeImage(native, TARGET);
  expect(image.length % 4096).not.toBe(0);
});

beforeEach(async () => {
  stable = new BufferStableMemory();
  step = 0n;
  await start();
  new Database(native, { memoryId: TARGET, create: true })
    .exec("CREATE TABLE old AS SELECT 'as it was' AS x")
    .close();
});

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const checksum = (bytes: Uint8Array) => xxh64(bytes).toString(16).padStart(16, '0');

function slotMemory(): Uint8Array {
  const bytes = new Uint8Array(stable.pages * 65536);
  stable.read(0, bytes);
  return readVirtualMemory(bytes, TARGET);
}

function conserve(): void {
  checkConservation(slotMemory());
}

function begin(bytes = image, expected: Uint8Array | undefined = sha256(bytes)): number {
  return native.beginImport(TARGET, bytes.length, 60, expected);
}

/** An import that has received all of an image. */
function sent(bytes = image, expected?: Uint8Array): number {
  const session = begin(bytes, expected ?? sha256(bytes));
  native.writeImportChunk(TARGET, session, 0, bytes, checksum(bytes));
  return session;
}

function oldContent(): unknown {
  const db = new Database(native, { memoryId: TARGET });
  const value = db.prepare('SELECT x FROM old').pluck().get();
  db.close();
  return value;
}

/** Missing ranges as the module lists them, `limit` at a time. */
function missing(session: number, limit: number): [number, number][] {
  const ranges: [number, number][] = [];
  let from: number | undefined = 0;
  while (from !== undefined) {
    const { ranges: part, next } = native.missingImportRanges(TARGET, session, from, limit);
    expect(part.length).toBeLessThanOrEqual(limit);
    ranges.push(...part.map(({ offset, length }): [number, number] => [offset, offset + length]));
    from = next;
  }
  return ranges;
}

/** The same from a model with one byte for each byte. */
function missingOf(arrived: Uint8Array): [number, number][] {
  const ranges: [number, number][] = [];
  for (let at = arrived.indexOf(0); at >= 0; ) {
    const end = arrived.indexOf(1, at);
    ranges.push([at, end < 0 ? arrived.length : end]);
    at = end < 0 ? -1 : arrived.indexOf(0, end);
  }
  return ranges;
}

describe('chunks', () => {
  it('of any size come in any order, again, and over upgrades, and what is missing is known to the byte', async () => {
    const chunk = fc.record({
      offset: fc.nat({ max: image.length - 1 }),
      length: fc.oneof(fc.nat({ max: 50 }), fc.nat({ max: 9000 }), fc.constant(4096)),
      aligned: fc.boolean(),
      upgrade: fc.nat({ max: 12 }).map((n) => n === 0),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(chunk, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 7 }),
        async (chunks, limit) => {
          const session = begin();
          const arrived = new Uint8Array(image.length);
          for (const { offset: anywhere, length, aligned, upgrade: upgrades } of chunks) {
            const offset = aligned ? anywhere - (anywhere % 4096) : anywhere;
            const bytes = image.subarray(offset, offset + length);
            native.writeImportChunk(TARGET, session, offset, bytes, checksum(bytes));
            arrived.fill(1, offset, offset + bytes.length);
            if (upgrades) await upgrade();
          }
          expect(native.importStatus(TARGET)!.received).toBe(arrived.filter((byte) => byte === 1).length);
          const ranges = missing(session, limit);
          expect(ranges).toEqual(missingOf(arrived));
          conserve();
          for (const [start, end] of ranges)
            native.writeImportChunk(TARGET, session, start, image.subarray(start, end));
          expect(missing(session, limit)).toEqual([]);
          native.verifyImport(TARGET, session, NO_LIMIT);
          native.switchImport(TARGET, session);
          conserve();
          expect(Buffer.compare(wholeImage(native, TARGET), image)).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('that were replaced count with their last content', () => {
    const session = begin();
    native.writeImportChunk(
      TARGET,
      session,
      0,
      image.map((byte) => byte ^ 0xff),
    );
    native.writeImportChunk(TARGET, session, 100, image.subarray(100));
    native.writeImportChunk(TARGET, session, 0, image.subarray(0, 100));
    expect(native.verifyImport(TARGET, session, NO_LIMIT).phase).toBe('verified');
  });

  it('with a checksum that does not hold change nothing', () => {
    const session = begin();
    const before = slotMemory();
    const wrong = checksum(image.subarray(0, 5000)).replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
    expect(
      thrownBy(() => native.writeImportChunk(TARGET, session, 0, image.subarray(0, 5000), wrong)),
    ).toMatchObject({
      code: 'IMPORT_CHECKSUM',
    });
    expect(() => native.writeImportChunk(TARGET, session, 0, image, 'no checksum')).toThrow(TypeError);
    expect(Buffer.compare(slotMemory(), before)).toBe(0);
  });
});

describe('verification', () => {
  it('goes on where its budget ended, over upgrades, page by page and table by table if need be, while the live archive is written', async () => {
    const budgets = { hashing: 2, checking: Math.floor(looksOfWholeCheck() * 0.7) };
    const session = sent();
    step = 1n;
    const phases = ['hashing'];
    const checks = new Set<string>();
    for (let calls = 0; phases.at(-1) !== 'verified'; calls++) {
      expect(calls).toBeLessThan(100);
      const budget = budgets[phases.at(-1) as 'hashing' | 'checking'];
      const { phase, check } = native.verifyImport(TARGET, session, budget);
      phases.push(phase);
      // An upgrade in each call of the walk would have it begin for ever.
      const upgrades = check !== 'trees' || !checks.has('trees');
      checks.add(check);
      conserve();
      new Database(native, { memoryId: TARGET }).exec(`INSERT INTO old VALUES (${calls})`).close();
      if (upgrades) await upgrade();
    }
    expect(phases.filter((phase) => phase === 'hashing').length).toBeGreaterThan(2);
    expect(phases.filter((phase) => phase === 'checking').length).toBeGreaterThan(2);
    expect([...checks]).toEqual(['whole', 'trees', 'tables']);
    native.switchImport(TARGET, session);
    expect(Buffer.compare(wholeImage(native, TARGET), image)).toBe(0);
  });

  it('finds damage in the last table too when it goes table by table', () => {
    const checking = Math.floor(looksOfWholeCheck() * 0.7);
    const bytes = image.slice();
    bytes[512 * (lastRoot - 1)] = 7;
    const session = sent(bytes);
    step = 1n;
    native.verifyImport(TARGET, session, 6);
    expect(
      thrownBy(() => {
        for (let calls = 0; calls < 20; calls++) native.verifyImport(TARGET, session, checking);
      }),
    ).toMatchObject({ code: 'IMPORT_CORRUPT', message: expect.stringContaining(`page ${lastRoot}`) });
  });

  it('says so when a table does not fit a call, and goes on with more', () => {
    step = 1n;
    const session = sent();
    native.verifyImport(TARGET, session, 20);
    expect(
      thrownBy(() => {
        for (let calls = 0; calls < 100; calls++) native.verifyImport(TARGET, session, 6);
      }),
    ).toMatchObject({ code: 'IMPORT_BUDGET' });
    expect(native.importStatus(TARGET)!.check).toBe('tables');
    expect(native.importStatus(TARGET)!.phase).toBe('checking');
    conserve();
    expect(native.verifyImport(TARGET, session, 10_000).phase).toBe('verified');
  });

  it('passes a table by whose rows do not fit a call that may use 10 G, and says so', () => {
    const AMPLE = 10_000_000_000;
    const session = sent();
    step = 1_000_000_000n;
    let status = native.verifyImport(TARGET, session, AMPLE);
    for (let calls = 0; status.phase !== 'verified'; calls++) {
      expect(calls).toBeLessThan(100);
      status = native.verifyImport(TARGET, session, AMPLE);
    }
    expect(status).toMatchObject({
      check: 'tables',
      checkedInPart: expect.toSatisfy((tables) => tables > 0),
    });
    native.switchImport(TARGET, session);
    conserve();
    expect(Buffer.compare(wholeImage(native, TARGET), image)).toBe(0);
  });

  it('finds a damaged structure where rows do not fit', () => {
    const bytes = image.slice();
    bytes[512 * (lastRoot - 1)] = 7;
    const session = sent(bytes);
    step = 1_000_000_000n;
    expect(
      thrownBy(() => {
        for (let calls = 0; calls < 100; calls++) native.verifyImport(TARGET, session, 10_000_000_000);
      }),
    ).toMatchObject({ code: 'IMPORT_CORRUPT', message: expect.stringContaining(`page ${lastRoot}`) });
  });

  it('walks anew what another instance had walked in part, and lets no damage through', async () => {
    // One of the first leaves of the first table, which SQLite, from right to left, comes to late.
    const view = new DataView(image.buffer, image.byteOffset + 512, 512);
    const damagedPage = view.getUint32(view.getUint16(12 + 2 * 20));
    const bytes = image.slice();
    bytes[512 * (damagedPage - 1)] = 7;
    for (const looks of [0, 1, 2]) {
      const session = sent(bytes);
      step = 0n;
      native.verifyImport(TARGET, session, 0);
      while (native.importStatus(TARGET)!.phase === 'hashing') native.verifyImport(TARGET, session, 0);
      step = 1n;
      native.verifyImport(TARGET, session, 2);
      expect(native.importStatus(TARGET)!.check).toBe('trees');
      native.verifyImport(TARGET, session, looks);
      await upgrade();
      expect(thrownBy(() => native.verifyImport(TARGET, session, 1_000_000))).toMatchObject({
        code: 'IMPORT_CORRUPT',
        message: expect.stringContaining(`page ${damagedPage} is not of the kind`),
      });
      native.cancelImport(TARGET, session);
      while (!native.reclaimImport(TARGET, ALL_PAGES));
    }
  });

  it('takes no chunks once it has begun', () => {
    const session = sent();
    native.verifyImport(TARGET, session, 0);
    expect(thrownBy(() => native.writeImportChunk(TARGET, session, 0, image))).toMatchObject({
      code: 'IMPORT_CLOSED',
    });
  });

  it.each<[string, string, () => [Uint8Array, Uint8Array?]]>([
    ['another hash', 'IMPORT_HASH', () => [image, sha256(image.subarray(1))]],
    ['a page that is damaged', 'IMPORT_CORRUPT', () => [damaged(512 * 40)]],
    ['a schema that is damaged', 'IMPORT_CORRUPT', () => [damaged(100)]],
    ['no database', 'IMPORT_NOT_SQLITE', () => [image.slice(512)]],
  ])('refuses %s for good, and gives the space back by itself', async (_, code, make) => {
    const pages = readSuperblock(slotMemory());
    const [bytes, expected] = make();
    const session = sent(bytes, expected);
    const refusal = { code, message: expect.stringMatching(/^Slot 120: ./) };
    expect(thrownBy(() => native.verifyImport(TARGET, session, NO_LIMIT))).toMatchObject(refusal);
    conserve();
    await upgrade();
    expect(thrownBy(() => native.verifyImport(TARGET, session, NO_LIMIT))).toMatchObject(refusal);
    expect(thrownBy(() => native.switchImport(TARGET, session))).toMatchObject(refusal);
    const status = native.importStatus(TARGET)!;
    expect(status).toMatchObject({ phase: 'refused', code, total: bytes.length });
    expect(status.reason).toMatch(/^Slot 120: ./);
    while (!native.reclaimImport(TARGET, 5)) conserve();
    expect(usedPages()).toBe(pages.highWater - pages.freePages + 1);
    expect(native.importStatus(TARGET)).toMatchObject({ phase: 'refused', code });
    expect(oldContent()).toBe('as it was');
    // The next import takes its place without being asked to.
    native.verifyImport(TARGET, sent(), NO_LIMIT);
  });

  it('hashes what was sent, and converts a WAL-mode image only at the switch', () => {
    const wal = image.slice();
    wal.set([2, 2], 18);
    const session = sent(wal);
    expect(native.verifyImport(TARGET, session, NO_LIMIT).phase).toBe('verified');
    native.switchImport(TARGET, session);
    expect(Buffer.compare(wholeImage(native, TARGET), image)).toBe(0);
  });
});

/** How often the check of the sound image looks at its budget. */
function looksOfWholeCheck(): number {
  const session = native.beginImport(TARGET, image.length, 60);
  native.writeImportChunk(TARGET, session, 0, image);
  const before = instructions;
  step = 1n;
  native.verifyImport(TARGET, session, 1_000_000);
  step = 0n;
  native.cancelImport(TARGET, session);
  return Number(instructions - before);
}

function damaged(offset: number): Uint8Array {
  return image.slice().fill(0x5a, offset, offset + 300);
}

function usedPages(): number {
  const { highWater, freePages } = readSuperblock(slotMemory());
  return highWater - freePages;
}

describe('an import', () => {
  it('has a record in stable memory as docs/LAYOUT.md says', () => {
    const session = begin();
    native.writeImportChunk(TARGET, session, 1, image.subarray(1));
    native.writeImportChunk(TARGET, session, 0, image.subarray(0, 1));
    step = 1n;
    native.verifyImport(TARGET, session, 1);
    const memory = slotMemory();
    const at = readSuperblock(memory).stagingRecord * 4096;
    const view = new DataView(memory.buffer, memory.byteOffset + at, 480);
    const u32 = (offset: number) => view.getUint32(offset, true);
    const u64 = (offset: number) => view.getBigUint64(offset, true);
    expect(new TextDecoder().decode(memory.subarray(at, at + 8))).toBe('TABIMPOR');
    expect([u32(8), u32(12), u64(16)]).toEqual([1, 2, BigInt(session)]);
    expect([u64(24), u64(32)]).toEqual([60n * SECOND, now]);
    expect([u64(40), u64(48), u64(80)]).toEqual([BigInt(image.length), 16384n, BigInt(image.length)]);
    expect([u32(56), u32(60), u32(64), u32(68), u32(72), u32(76)]).toEqual([1, 1, 0, 0, 0, 0]);
    expect(memory.subarray(at + 88, at + 120)).toEqual(sha256(image));
    expect(u64(152)).toBe(16384n);
    expect(u64(472)).toBe(xxh64(memory.subarray(at, at + 472)));
  });

  it('that waits too long is given up at its next call, or by reclaiming, and gives everything back', () => {
    const before = usedPages();
    const session = sent();
    now += 59n * SECOND;
    native.writeImportChunk(TARGET, session, 0, image.subarray(0, 10));
    expect(native.importStatus(TARGET)!.expires).toBe(Number(now / 1_000_000n) + 60_000);
    now += 61n * SECOND;
    expect(native.importStatus(TARGET)!.phase).toBe('receiving');
    expect(thrownBy(() => native.verifyImport(TARGET, session, NO_LIMIT))).toMatchObject({
      code: 'IMPORT_EXPIRED',
    });
    while (!native.reclaimImport(TARGET, 3)) conserve();
    expect(usedPages()).toBe(before);

    const second = begin();
    expect(second).toBeGreaterThan(session);
    native.writeImportChunk(TARGET, second, 5000, image.subarray(5000, 12_345));
    expect(native.reclaimImport(TARGET, ALL_PAGES)).toBe(true);
    expect(native.importStatus(TARGET)).toMatchObject({ session: second, phase: 'receiving' });
    now += 61n * SECOND;
    expect(native.reclaimImport(TARGET, ALL_PAGES)).toBe(true);
    expect(native.importStatus(TARGET)).toBeUndefined();
    conserve();
    expect(usedPages()).toBe(before);
    expect(oldContent()).toBe('as it was');
  });

  it('that is cancelled half-way leaves no page behind, bits included', () => {
    const before = usedPages();
    const session = begin();
    for (let at = 100; at < image.length; at += 3000)
      native.writeImportChunk(TARGET, session, at, image.subarray(at, at + 700));
    native.cancelImport(TARGET, session);
    expect(native.reclaimImport(TARGET, ALL_PAGES)).toBe(true);
    conserve();
    expect(usedPages()).toBe(before);
  });

  it('keeps the replaced image as a snapshot if asked to', () => {
    const session = sent();
    native.verifyImport(TARGET, session, NO_LIMIT);
    expect(thrownBy(() => native.switchImport(TARGET, session, ''))).toMatchObject({ name: 'SqliteError' });
    const snapshot = native.switchImport(TARGET, session, 'before the import');
    expect(snapshot).toBeGreaterThan(0);
    conserve();
    expect(native.importStatus(TARGET)).toBeUndefined();
    expect(Buffer.compare(wholeImage(native, TARGET), image)).toBe(0);
    native.verifyImport(TARGET, sent(), NO_LIMIT);
  });

  it('is undone by restoring the image that it replaced, whatever the two page sizes', () => {
    const session = sent();
    native.verifyImport(TARGET, session, NO_LIMIT);
    const snapshot = native.switchImport(TARGET, session, 'before the import')!;
    expect(native.describeSlot(TARGET)!.pageSize).toBe(512);
    const undone = native.restoreSnapshot(TARGET, snapshot, 'the import');
    expect(native.describeSlot(TARGET)!.pageSize).toBe(4096);
    expect(oldContent()).toBe('as it was');
    native.restoreSnapshot(TARGET, undone, 'undone once more');
    expect(native.describeSlot(TARGET)!.pageSize).toBe(512);
    expect(Buffer.compare(wholeImage(native, TARGET), image)).toBe(0);
    conserve();
  });

  it('goes on while the archive is written, snapshots come and go, and the slot is compacted', () => {
    const session = begin();
    const random = new Random(5);
    let newest = 0;
    for (let at = 0; at < image.length; at += 1500) {
      const from = (at * 7) % image.length;
      native.writeImportChunk(TARGET, session, at, image.subarray(at, at + 1500));
      native.writeImportChunk(TARGET, session, from, image.subarray(from, from + 300));
      const db = new Database(native, { memoryId: TARGET });
      db.exec(`INSERT INTO old VALUES (zeroblob(${random.below(20_000)}))`);
      if (random.below(3) === 0) db.exec('DELETE FROM old WHERE rowid % 2 = 0');
      db.close();
      const choice = random.below(4);
      if (choice === 0) newest = native.createSnapshot(TARGET, `at ${at}`);
      if (choice === 1 && newest > 0) {
        native.deleteSnapshot(TARGET, newest);
        newest = 0;
      }
      if (choice === 2) native.reclaimImages(TARGET, 10);
      native.compact(TARGET, 8);
      conserve();
    }
    expect(missing(session, 9)).toEqual([]);
    native.verifyImport(TARGET, session, NO_LIMIT);
    native.compact(TARGET, 50);
    native.switchImport(TARGET, session);
    conserve();
    expect(Buffer.compare(wholeImage(native, TARGET), image)).toBe(0);
  });
});

describe('memory that is refused', () => {
  /** Refuses to grow once, at one grow of those that it is asked for. */
  class Miser extends BufferStableMemory {
    grows = 0;
    refused = 0;

    override grow(pages: number): number {
      return ++this.grows === this.refused ? -1 : super.grow(pages);
    }
  }

  it('at any grow leaves an import as it was, which goes on when there is room again', async () => {
    const large = new Uint8Array(3_000_000).fill(1);
    large.set(image);
    let grows = 1;
    for (let ordinal = 1; ordinal <= grows; ordinal++) {
      const miser = new Miser();
      stable = miser;
      await start();
      new Database(native, { memoryId: TARGET, create: true }).exec('CREATE TABLE old (x)').close();
      miser.grows = 0;
      miser.refused = ordinal;
      const refusals = importWhole(large);
      grows = miser.grows - refusals;
      expect(refusals, `grow ${ordinal}`).toBe(1);
      conserve();
      expect(Buffer.compare(wholeImage(native, TARGET), image)).toBe(0);
    }
    expect(grows).toBeGreaterThan(1);
  });

  /** Imports in steps, each of which is tried again once it was refused. Returns how many were. */
  function importWhole(bytes: Uint8Array): number {
    let refusals = 0;
    const step = <T>(act: () => T): T => {
      const before = slotMemory();
      try {
        return act();
      } catch (error) {
        expect(error).toMatchObject({ code: 'STABLE_MEMORY_FULL' });
        expect(Buffer.compare(slotMemory(), before)).toBe(0);
        refusals++;
        return act();
      }
    };
    const session = step(() => begin(bytes));
    for (let at = 0; at < bytes.length; at += 500_000) {
      step(() => native.writeImportChunk(TARGET, session, at, bytes.subarray(at, at + 500_000)));
    }
    expect(step(() => native.verifyImport(TARGET, session, NO_LIMIT)).phase).toBe('verified');
    step(() => native.switchImport(TARGET, session, 'before'));
    return refusals;
  }
});

describe('the codes of imports', () => {
  it('are documented, each of them and no other', () => {
    const read = (path: string) => readFileSync(join(import.meta.dirname, '../../..', path), 'utf8');
    const codes = read('src/native/assembly/binding/import-status.ts').match(/IMPORT_[A-Z_]+/g)!;
    const section = read('docs/ERRORS.md')
      .split('\n## ')
      .find((text) => text.startsWith('Imports'))!;
    const documented = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code!);
    expect(documented).toEqual(codes.sort());
  });
});
