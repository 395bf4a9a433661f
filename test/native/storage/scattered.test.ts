import { describe, expect, it } from 'vitest';
import { PAGE, Status } from './archive-model';
import { readVirtualMemory } from './manager-image';
import { StorageHost } from './storage-host';
import { checkConservation, readSuperblock } from './store-image';
import { xxh64 } from './xxh64';

const SLOT = 120;
const FORK = 121;
const WASM_PAGE = 65_536;
/** Pages of the archive; each is alone among sixteen, fifteen of which nobody uses. */
const PAGES = 1_200;
const JUNK = new Uint8Array(15 * PAGE).fill(0x5a);
const WHOLE_STEP = 2 ** 31 - 1;
/**
 * Instructions of a first access to a 64 KiB page, and of a first write: some thirty times what the IC takes, so that an archive of
 * 5 MiB costs more than a step may, as one of 150 MiB does there.
 */
const TOUCH = 2_500_000n;
/** What src/native/assembly/pages/step-end.ts lets a step take, and what one unit of work may take beyond: a segment of 256 pages. */
const STEP = 2_000_000_000n;
const QUERY_STEP = 1_000_000_000n;
const QUERY_LIMIT = 5_000_000_000n;
const UNIT = 256n * TOUCH + 100_000_000n;

/** Charges what is read and written as the IC does since July 2026: an instruction a byte, and the 64 KiB pages that a message touches. */
class Meter {
  private readonly accessed = new Set<number>();
  private readonly written = new Set<number>();

  constructor(private readonly host: StorageHost) {
    const { stable } = host;
    const read = stable.read.bind(stable);
    const write = stable.write.bind(stable);
    stable.read = (offset, size) => {
      this.charge(this.accessed, offset, size);
      host.instructions += BigInt(size);
      return read(offset, size);
    };
    stable.write = (offset, bytes) => {
      this.charge(this.accessed, offset, bytes.length);
      this.charge(this.written, offset, bytes.length);
      host.instructions += BigInt(bytes.length);
      write(offset, bytes);
    };
  }

  /** Instructions of one message. */
  message(work: () => unknown): bigint {
    this.accessed.clear();
    this.written.clear();
    this.host.instructions = 0n;
    work();
    return this.host.instructions;
  }

  /** Messages until the work says that it is done. */
  messages(work: () => boolean): bigint[] {
    const costs: bigint[] = [];
    for (let done = false; !done; )
      costs.push(
        this.message(() => {
          done = work();
        }),
      );
    return costs;
  }

  private charge(touched: Set<number>, offset: number, size: number): void {
    for (
      let page = Math.floor(offset / WASM_PAGE);
      page <= Math.floor((offset + size - 1) / WASM_PAGE);
      page++
    ) {
      if (touched.has(page)) continue;
      touched.add(page);
      this.host.instructions += TOUCH;
    }
  }
}

function pageOf(number: number, seed: number): Uint8Array {
  const words = new Uint32Array(PAGE / 4).map((_, n) => Math.imul(number * 1024 + n + seed, 0x9e3779b1) | 1);
  return new Uint8Array(words.buffer);
}

function imageOf(seed: number): Uint8Array {
  return new Uint8Array(Buffer.concat(Array.from({ length: PAGES }, (_, number) => pageOf(number, seed))));
}

class ScatteredArchive {
  readonly meter: Meter;

  private constructor(readonly host: StorageHost) {
    this.meter = new Meter(host);
  }

  /** Pages get their places in the order in which they are first written, so that every page that stays is followed by others that go. */
  static async create(): Promise<ScatteredArchive> {
    const archive = new ScatteredArchive(await StorageHost.start());
    expect(archive.host.native.formatStore(SLOT, 7n)).toBe(Status.ok);
    for (let number = 0; number < PAGES; number++) {
      archive.write(number, pageOf(number, 1));
      archive.write(PAGES + 15 * number, JUNK);
      if (number % 100 === 99) archive.publish();
    }
    expect(archive.host.native.transactionTruncate(SLOT, BigInt(PAGES * PAGE))).toBe(Status.ok);
    archive.publish();
    expect(readSuperblock(archive.memory).freePages).toBeGreaterThan(14 * PAGES);
    return archive;
  }

  write(page: number, bytes: Uint8Array): void {
    const { native } = this.host;
    this.host.withBytes(bytes, (address) =>
      expect(native.transactionWrite(SLOT, BigInt(page * PAGE), address, bytes.length)).toBe(Status.ok),
    );
  }

  publish(): void {
    expect(this.host.native.transactionReserve(SLOT)).toBe(1);
    this.host.native.transactionPublish(SLOT);
  }

  get memory(): Uint8Array {
    return readVirtualMemory(this.host.stable.bytes(), SLOT);
  }

  /** The live image, in one message for each part. */
  exported(slot = SLOT): { readonly image: Uint8Array; readonly costs: bigint[] } {
    const parts: Uint8Array[] = [];
    const costs: bigint[] = [];
    const part = 1_900_000;
    for (let offset = 0; offset < PAGES * PAGE; offset += part) {
      const size = Math.min(part, PAGES * PAGE - offset);
      costs.push(
        this.meter.message(() =>
          parts.push(
            this.host.fetch(size, (address) =>
              expect(this.host.native.exportImage(slot, BigInt(offset), address, size)).toBe(Status.ok),
            ),
          ),
        ),
      );
    }
    return { image: new Uint8Array(Buffer.concat(parts)), costs };
  }

  expectImage(seed: number, slot = SLOT): void {
    expect(Buffer.compare(this.exported(slot).image, imageOf(seed))).toBe(0);
  }
}

/** Several steps, none of them over its end by more than a unit of work. Work that ended where its pages do would be one. */
function expectSteps(costs: readonly bigint[], step = STEP): void {
  expect(costs.reduce((sum, cost) => sum + cost)).toBeGreaterThan(step + UNIT);
  for (const cost of costs) expect(cost).toBeLessThanOrEqual(step + UNIT);
}

describe('an archive each of whose pages lies alone', () => {
  it('is compacted in steps', async () => {
    const archive = await ScatteredArchive.create();
    const { native } = archive.host;
    expectSteps(
      archive.meter.messages(() => {
        expect(native.compact(SLOT, WHOLE_STEP)).toBe(Status.ok);
        return readSuperblock(archive.memory).freePages === 0;
      }),
    );
    checkConservation(archive.memory);
    archive.expectImage(1);
  });

  it('has its checksum taken, and its page checksums made and verified, in steps', async () => {
    const archive = await ScatteredArchive.create();
    const { native } = archive.host;
    // So few pages are read at once for what the IC takes; a caller who asks for fewer begins a refresh of several steps.
    expect(native.refreshChecksumOf(SLOT, 1)).toBe(Status.ok);
    expectSteps(
      archive.meter.messages(() => {
        expect(native.refreshChecksumOf(SLOT, WHOLE_STEP)).toBe(Status.ok);
        return readSuperblock(archive.memory).checksumRecord === 0;
      }),
    );
    expect(readSuperblock(archive.memory).imageChecksum).toBe(xxh64(imageOf(1)));
    native.switchPageChecksums(SLOT, 1);
    expectSteps(archive.meter.messages(() => native.continuePassOf(SLOT, WHOLE_STEP) === 1));
    let next = 0;
    expectSteps(
      archive.meter.messages(() => {
        next = native.verifyPagesOf(SLOT, next, WHOLE_STEP);
        return next === 0;
      }),
      QUERY_STEP,
    );
    expect(native.damagedPageCount()).toBe(0);
  });

  it('is exported, and forked in steps', async () => {
    const archive = await ScatteredArchive.create();
    const { native } = archive.host;
    for (const cost of archive.exported().costs) expect(cost).toBeLessThan(QUERY_LIMIT);
    expect(native.formatStore(FORK, 8n)).toBe(Status.ok);
    expect(native.beginFork(SLOT, 0n, FORK)).toBe(Status.ok);
    expectSteps(
      archive.meter.messages(() => {
        expect(native.continueFork(FORK, WHOLE_STEP)).toBe(Status.ok);
        return native.isForking(FORK) === 0;
      }),
    );
    archive.expectImage(1, FORK);
  });

  it('gives a snapshot back in steps', async () => {
    const archive = await ScatteredArchive.create();
    const { host } = archive;
    host.withBytes(new Uint8Array(Buffer.from('s')), (address) =>
      expect(host.native.createSnapshot(SLOT, address, 1)).toBe(Status.ok),
    );
    const snapshot = host.native.keptImage();
    for (let number = 0; number < PAGES; number++) archive.write(number, pageOf(number, 2));
    archive.publish();
    expect(host.native.deleteSnapshot(SLOT, snapshot)).toBe(Status.ok);
    const { freePages } = readSuperblock(archive.memory);
    const costs = archive.meter.messages(() => {
      const isDone = host.native.discardImages(SLOT, WHOLE_STEP) === 1;
      expect(host.native.discardOutcome()).toBe(Status.ok);
      return isDone;
    });
    for (const cost of costs) expect(cost).toBeLessThanOrEqual(STEP + UNIT);
    expect(readSuperblock(archive.memory).freePages).toBeGreaterThanOrEqual(freePages + PAGES);
    checkConservation(archive.memory);
    archive.expectImage(2);
  });
});
