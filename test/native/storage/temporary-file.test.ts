import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkManager, readManager, writeVirtualMemory } from './manager-image';
import { StableMemory } from './stable-memory';
import { NativeTrap, StorageHost } from './storage-host';

const SCRATCH = 114;
const SUBJOURNAL = 0x2000;
const SORT_RUNS = 0x1000;
const SQLITE_OK = 0;
const SQLITE_FULL = 13;
const SHORT_READ = 522;
const EXTENT = 65_536;
/** What temporary files may hold on the heap together. */
const HEAP_SHARE = 8 * 2 ** 20;
const MIB = 2 ** 20;
const NO_BUCKETS = 1;
const TOO_MUCH_WRITTEN = 2;

/** Stable memory that holds only the parts that were written: 2 GiB of it take little room. */
class SparseMemory extends StableMemory {
  readonly #parts = new Map<number, Uint8Array>();
  #pages = 0;

  override get pages(): number {
    return this.#pages;
  }

  override grow(pages: number): number {
    this.#pages += pages;
    return this.#pages - pages;
  }

  override read(offset: number, size: number): Uint8Array {
    return new Uint8Array(size).map((_, index) => this.#part(offset + index)[(offset + index) % EXTENT]!);
  }

  override write(offset: number, bytes: Uint8Array): void {
    bytes.forEach((byte, index) => {
      this.#part(offset + index)[(offset + index) % EXTENT] = byte;
    });
  }

  #part(offset: number): Uint8Array {
    const number = Math.floor(offset / EXTENT);
    const part = this.#parts.get(number) ?? new Uint8Array(EXTENT);
    if (!this.#parts.has(number) && this.#parts.size < 4) this.#parts.set(number, part);
    return part;
  }
}

let host: StorageHost;

beforeEach(async () => {
  host = await StorageHost.start();
});

const write = (file: number, offset: number, bytes: Uint8Array) =>
  host.withBytes(bytes, (address) =>
    host.native.temporaryWriteAt(file, address, bytes.length, BigInt(offset)),
  );
function read(file: number, offset: number, size: number): { code: number; bytes: Uint8Array } {
  let code = 0;
  const bytes = host.fetch(size, (address) => {
    code = host.native.temporaryReadAt(file, address, size, BigInt(offset));
  });
  return { code, bytes };
}

/** A file that takes the whole share of the heap, so that whatever others write goes to scratch memory. */
function fillShare(): number {
  const file = host.native.openTemporary(SORT_RUNS);
  const part = new Uint8Array(MIB).fill(0xaa);
  for (let offset = 0; offset < HEAP_SHARE; offset += MIB) expect(write(file, offset, part)).toBe(SQLITE_OK);
  return file;
}

/** Leaves other bytes than zeros in scratch memory. */
function soil(size: number): void {
  const file = host.native.openTemporary(SORT_RUNS);
  expect(write(file, 0, new Uint8Array(size).fill(0xff))).toBe(SQLITE_OK);
  host.native.closeTemporary(file);
}

describe('a temporary file', () => {
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('write' as const),
        offset: fc.nat({ max: 300_000 }),
        size: fc.integer({ min: 1, max: 70_000 }),
        value: fc.integer({ min: 1, max: 254 }),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('read' as const),
        offset: fc.nat({ max: 400_000 }),
        size: fc.integer({ min: 1, max: 70_000 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('cut' as const), size: fc.nat({ max: 400_000 }) }),
    },
  );

  it.each([
    ['on the heap', false],
    ['in scratch memory', true],
  ])('is an array of bytes, zeros where nothing was written, %s', (_, isSpilled) => {
    const filler = isSpilled ? fillShare() : 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        soil(500_000);
        const file = host.native.openTemporary(0);
        const model = new Uint8Array(500_000);
        let length = 0;
        for (const each of steps) {
          if (each.do === 'write') {
            expect(write(file, each.offset, new Uint8Array(each.size).fill(each.value))).toBe(SQLITE_OK);
            model.fill(each.value, each.offset, each.offset + each.size);
            length = Math.max(length, each.offset + each.size);
          } else if (each.do === 'cut') {
            expect(host.native.temporaryCut(file, BigInt(each.size))).toBe(SQLITE_OK);
            model.fill(0, each.size);
            length = each.size;
          } else {
            const { code, bytes } = read(file, each.offset, each.size);
            expect(code).toBe(each.offset + each.size <= length ? SQLITE_OK : SHORT_READ);
            expect(
              Buffer.compare(bytes, model.subarray(each.offset, each.offset + each.size)),
              'the bytes',
            ).toBe(0);
          }
        }
        host.native.closeTemporary(file);
        expect(host.native.extentsInUse()).toBe(0);
        expect(host.native.memorySize(SCRATCH)).toBe(0n);
      }),
      { numRuns: 60, seed: 11 },
    );
    if (isSpilled) host.native.closeTemporary(filler);
    checkManager(host.stable.bytes());
  });

  it('keeps to the heap as long as all together stay within their share', () => {
    const before = host.stable.bytes();
    const { grows, writes } = host.stable;
    const file = fillShare();
    expect([host.stable.grows, host.stable.writes]).toEqual([grows, writes]);
    const other = host.native.openTemporary(0);
    write(other, 0, new Uint8Array(10));
    expect(host.native.extentsInUse()).toBe(1);
    host.native.closeTemporary(file);
    const third = host.native.openTemporary(0);
    write(third, 0, new Uint8Array(10));
    expect(host.native.extentsInUse()).toBe(1);
    host.native.closeTemporary(other);
    host.native.closeTemporary(third);
    expect(readManager(host.stable.bytes()).sizes).toEqual(readManager(before).sizes);
  });

  it('takes what was given back in the same message before anything else', () => {
    const filler = fillShare();
    for (let turn = 0; turn < 5; turn++) {
      const file = host.native.openTemporary(0);
      write(file, 0, new Uint8Array(10 * MIB));
      host.native.closeTemporary(file);
    }
    expect(host.native.scratchWritten()).toBeLessThan(12 * MIB);
    expect(host.stable.pages * EXTENT).toBeLessThan(13 * MIB);
    host.native.closeTemporary(filler);
  });

  it('of a statement’s journal is emptied when no transaction is under way, and no other', () => {
    const filler = fillShare();
    const files = [SUBJOURNAL, 0, SUBJOURNAL, SORT_RUNS].map((flags) => host.native.openTemporary(flags));
    for (const file of files) write(file, 0, new Uint8Array(3 * EXTENT).fill(7));
    host.native.emptyStatementJournals();
    expect(files.map((file) => read(file, 0, 1).code)).toEqual([SHORT_READ, 0, SHORT_READ, 0]);
    host.native.closeTemporary(files[2]!);
    write(files[0]!, 0, new Uint8Array([9]));
    host.native.emptyStatementJournals();
    expect(read(files[0]!, 0, 1).code).toBe(SHORT_READ);
    for (const file of [files[0]!, files[1]!, files[3]!, filler]) host.native.closeTemporary(file);
    expect(host.native.extentsInUse()).toBe(0);
  });
});

describe('scratch memory', () => {
  it('is refused where stable memory is, says how much, and goes on afterwards', () => {
    const filler = fillShare();
    const file = host.native.openTemporary(0);
    host.stable.refuse = () => true;
    expect(write(file, 0, new Uint8Array(10))).toBe(SQLITE_FULL);
    expect([host.native.takeShortage(), host.native.bytesShort()]).toEqual([NO_BUCKETS, BigInt(2 * EXTENT)]);
    expect(host.native.takeShortage()).toBe(0);
    host.stable.refuse = () => false;
    expect(write(file, 0, new Uint8Array(10).fill(3))).toBe(SQLITE_OK);
    expect(read(file, 0, 10).bytes).toEqual(new Uint8Array(10).fill(3));
    for (const each of [file, filler]) host.native.closeTemporary(each);
    checkManager(host.stable.bytes());
  });

  it('gives back the buckets behind the last extent in use, and all of them with it', () => {
    const filler = fillShare();
    const [first, second, third] = [0, 0, 0].map(() => host.native.openTemporary(0)) as [
      number,
      number,
      number,
    ];
    for (const file of [first, second, third]) write(file, 0, new Uint8Array(5 * MIB));
    const whole = host.native.ownedBuckets(SCRATCH);
    host.native.closeTemporary(second);
    expect(host.native.ownedBuckets(SCRATCH)).toBe(whole);
    host.native.closeTemporary(third);
    expect(host.native.ownedBuckets(SCRATCH)).toBe(6);
    host.native.closeTemporary(first);
    expect(host.native.ownedBuckets(SCRATCH)).toBe(0);
    checkManager(host.stable.bytes());
    host.native.closeTemporary(filler);
  });

  it('is nobody’s after an upgrade, whatever was open, and goes back as a whole', async () => {
    fillShare();
    const file = host.native.openTemporary(0);
    for (let mib = 0; mib < 100; mib++) write(file, mib * MIB, new Uint8Array(MIB));
    expect(host.native.ownedBuckets(SCRATCH)).toBeGreaterThan(100);
    host = await StorageHost.start({ stable: new StableMemory(host.stable.bytes()) });
    expect(host.native.ownedBuckets(SCRATCH)).toBe(0);
    expect(host.native.extentsInUse()).toBe(0);
    checkManager(host.stable.bytes());
  });

  it('refuses, before the IC would, to write more than a message may, and tells messages apart', async () => {
    host = await StorageHost.start({ stable: new SparseMemory() });
    const filler = fillShare();
    const file = host.native.openTemporary(0);
    const part = new Uint8Array(2);
    const most = 2 ** 31 - 128 * MIB;
    const blocks = most / EXTENT - 1;
    for (let block = 0; block < blocks; block++) expect(write(file, block * 61_440, part)).toBe(SQLITE_OK);
    expect(write(file, blocks * 61_440, part)).toBe(SQLITE_FULL);
    expect([host.native.takeShortage(), host.native.bytesShort()]).toEqual([
      TOO_MUCH_WRITTEN,
      BigInt(most + EXTENT),
    ]);
    expect(host.native.scratchWritten()).toBe(BigInt(most));
    host.native.closeTemporary(file);
    host.now += 1n;
    expect(host.native.scratchWritten()).toBe(0n);
    host.native.closeTemporary(filler);
  });

  it('is left alone where it bears no mark of ours', async () => {
    host.native.growMemory(SCRATCH, 1n);
    const bytes = host.stable.bytes();
    writeVirtualMemory(bytes, SCRATCH, 0, new TextEncoder().encode('somebody’s data'));
    const stable = new StableMemory(bytes);
    await expect(StorageHost.start({ stable })).rejects.toThrow(NativeTrap);
    await expect(StorageHost.start({ stable })).rejects.toThrow('MemoryId 114 holds data of another layout');
    expect(Buffer.compare(stable.bytes(), bytes)).toBe(0);
  });
});
