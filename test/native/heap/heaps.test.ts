import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../../support/random';
import { StorageHost } from '../storage/storage-host';

const PAGE = 65_536;
/** Owner of what belongs to no archive. */
const NOBODY = 255;
/** Largest block that shares a page with others. */
const LARGEST_IN_SPAN = PAGE - 20;

let host: StorageHost;
let native: StorageHost['native'];
/** Pages that the engine has taken to start. */
let pagesAtStart: number;
beforeEach(async () => {
  host = await StorageHost.start();
  native = host.native;
  pagesAtStart = native.pagesInUse();
});

const pagesTaken = () => native.pagesInUse() - pagesAtStart;

/** Blocks with a pattern each, that is looked at whenever a block is resized or given back. */
class Blocks {
  readonly live: { address: number; size: number; owner: number; fill: number }[] = [];
  #fill = 0;

  take(owner: number, size: number): boolean {
    const address = native.allocateFor(owner, size) >>> 0;
    if (address === 0) return false;
    expect(address % 8).toBe(0);
    expect(native.sizeOfBlock(address)).toBeGreaterThanOrEqual(size);
    this.#fill = (this.#fill + 1) % 251;
    host.view(address, size).fill(this.#fill);
    this.live.push({ address, size, owner, fill: this.#fill });
    return true;
  }

  resize(index: number, size: number): boolean {
    const block = this.live[index]!;
    const address = native.resizeBlock(block.address, size) >>> 0;
    if (address === 0) {
      this.#check(block.address, block.size, block.fill);
      return false;
    }
    this.#check(address, Math.min(size, block.size), block.fill);
    host.view(address, size).fill(block.fill);
    Object.assign(block, { address, size });
    return true;
  }

  release(index: number): void {
    const { address, size, fill } = this.live[index]!;
    this.#check(address, size, fill);
    native.releaseBlock(address);
    this.live[index] = this.live.at(-1)!;
    this.live.pop();
  }

  releaseAll(of: (owner: number) => boolean = () => true): void {
    for (let index = this.live.length - 1; index >= 0; index--) {
      if (of(this.live[index]!.owner)) this.release(index);
    }
  }

  #check(address: number, size: number, fill: number): void {
    const bytes = host.view(address, size);
    const wrong = bytes.findIndex((byte) => byte !== fill);
    if (wrong >= 0) throw new Error(`byte ${wrong} of a block of ${size} was overwritten`);
  }
}

/** As SQLite asks: mostly small, pages of the cache, now and then something large. */
function sizeFor(random: Random): number {
  const kind = random.next();
  if (kind < 0.6) return 1 + random.below(200);
  if (kind < 0.8) return 4096 + 200 + random.below(3) * 8;
  if (kind < 0.97) return 1 + random.below(LARGEST_IN_SPAN);
  return LARGEST_IN_SPAN + random.below(5 * PAGE);
}

describe('heaps', () => {
  it('keep every block whole and apart, whatever is taken, resized and given back, and give all of it back', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = new Random(seed);
        const blocks = new Blocks();
        for (let step = 0; step < 3_000; step++) {
          const count = blocks.live.length;
          const kind = random.next();
          if (count === 0 || kind < 0.45) blocks.take(random.below(4), sizeFor(random));
          else if (kind < 0.6) blocks.resize(random.below(count), sizeFor(random));
          else blocks.release(random.below(count));
        }
        for (let owner = 0; owner < 4; owner++) {
          blocks.releaseAll((other) => other === owner);
          expect(native.pagesOf(owner)).toBe(0);
          expect(native.bytesOf(owner)).toBe(0);
        }
        expect(pagesTaken()).toBe(0);
      }),
      { numRuns: 25 },
    );
  });

  it('refuse what does not fit, leave every block as it was, and go on', () => {
    native.limitRegions(BigInt(native.memory.buffer.byteLength + 40 * PAGE));
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = new Random(seed);
        const blocks = new Blocks();
        let refusals = 0;
        for (let step = 0; step < 2_000; step++) {
          const count = blocks.live.length;
          const kind = random.next();
          if (count === 0 || kind < 0.55) refusals += blocks.take(random.below(4), sizeFor(random)) ? 0 : 1;
          else if (kind < 0.7) refusals += blocks.resize(random.below(count), sizeFor(random)) ? 0 : 1;
          else blocks.release(random.below(count));
        }
        expect(refusals).toBeGreaterThan(0);
        blocks.releaseAll();
        expect(pagesTaken()).toBe(0);
      }),
      { numRuns: 10 },
    );
  });

  it('lie in pages of their own: what an archive gives back is whole pages, whatever its neighbours hold', () => {
    const blocks = new Blocks();
    for (let round = 0; round < 500; round++) for (const owner of [1, 2, 3]) blocks.take(owner, 1_000);
    const before = native.pagesOf(2);
    expect(before).toBeGreaterThanOrEqual(8);
    expect(pagesTaken()).toBe(native.pagesOf(1) + native.pagesOf(2) + native.pagesOf(3));
    blocks.releaseAll((owner) => owner === 2);
    expect(native.pagesOf(2)).toBe(0);
    expect(pagesTaken()).toBe(native.pagesOf(1) + native.pagesOf(3));
    blocks.take(4, before * PAGE - 1_000);
    expect(native.pagesOf(4)).toBe(before + 1);
  });

  it('of a small archive take one page', () => {
    for (let count = 0; count < 200; count++) native.allocateFor(7, 300);
    expect(native.pagesOf(7)).toBe(1);
  });

  it('give a page back as soon as it is empty', () => {
    const kept = native.allocateFor(7, 100);
    const blocks = Array.from({ length: 60 }, () => native.allocateFor(7, 4_300) >>> 0);
    expect(native.pagesOf(7)).toBe(4);
    for (const block of blocks) native.releaseBlock(block);
    expect(native.pagesOf(7)).toBe(1);
    native.releaseBlock(kept);
    expect(native.pagesOf(7)).toBe(0);
  });

  it('waste little: a tenth at most of what blocks of a page and its header need', () => {
    const blocks = Array.from({ length: 1_000 }, () => native.allocateFor(7, 4_096 + 224) >>> 0);
    expect(native.pagesOf(7) * PAGE).toBeLessThan(blocks.length * (4_096 + 224) * 1.1);
  });

  it('find a block again that was given back, without a page more', () => {
    const sizes = Array.from({ length: 400 }, (_, index) => 130 + ((index * 977) % 9_000));
    const blocks = sizes.map((size) => native.allocateFor(7, size) >>> 0);
    const before = native.pagesOf(7);
    for (let round = 0; round < 20; round++) {
      for (let index = round % 3; index < blocks.length; index += 3) {
        native.releaseBlock(blocks[index]!);
        blocks[index] = native.allocateFor(7, sizes[index]!) >>> 0;
      }
    }
    expect(native.pagesOf(7)).toBe(before);
  });

  it('let a large block grow in its place where the pages behind it are free', () => {
    const block = native.allocateFor(7, 3 * PAGE) >>> 0;
    expect(native.resizeBlock(block, 30 * PAGE) >>> 0).toBe(block);
    expect(native.resizeBlock(block, 2 * PAGE) >>> 0).toBe(block);
    expect(native.pagesOf(7)).toBe(4);
    native.releaseBlock(block);
    expect(pagesTaken()).toBe(0);
  });

  it('serve the engine: what an archive used comes back when it is closed', () => {
    const shared = native.pagesOf(NOBODY);
    native.chargeMemoryTo(130);
    expect(native.formatStore(130, 1n)).toBe(0);
    expect(native.pagesOf(130)).toBe(1);
    expect(native.pagesOf(NOBODY)).toBe(shared);
    expect(native.closeStore(130)).toBe(0);
    expect(native.pagesOf(130)).toBe(0);
  });
});

describe('the region manager', () => {
  it('hands out the lowest run that is large enough, and grows only where none is', () => {
    const runs = [1, 2, 3, 4, 5].map((pages) => native.takeRun(pages) >>> 0);
    const size = () => native.memory.buffer.byteLength;
    const before = size();
    native.giveRun(runs[1]!, 2);
    native.giveRun(runs[3]!, 4);
    expect(native.takeRun(3) >>> 0).toBe(runs[3]);
    expect(native.takeRun(1) >>> 0).toBe(runs[1]);
    expect(native.takeRun(1) >>> 0).toBe(runs[1]! + PAGE);
    expect(size()).toBe(before);
    native.giveRun(runs[4]!, 5);
    expect(native.takeRun(7) >>> 0).toBe(runs[4]! - PAGE);
    expect(size()).toBe(before + PAGE);
  });

  it('refuses at its limit, and tells before what can be had', () => {
    native.limitRegions(BigInt(native.memory.buffer.byteLength + 10 * PAGE));
    const longest = native.longestRun();
    expect(longest).toBeGreaterThanOrEqual(10);
    expect(native.takeRun(longest + 1)).toBe(0);
    expect(native.takeRun(longest)).not.toBe(0);
    for (let left = native.pagesLeft(); left > 0; left--) expect(native.takeRun(1)).not.toBe(0);
    expect(native.takeRun(1)).toBe(0);
    expect(native.pagesLeft()).toBe(0);
    expect(native.longestRun()).toBe(0);
  });

  it('takes and gives any runs, and none of them twice', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = new Random(seed);
        const owner = new Map<number, number>();
        const runs: { start: number; pages: number }[] = [];
        for (let step = 1; step < 1_500; step++) {
          if (runs.length === 0 || random.chance(0.52)) {
            const pages = 1 + random.below(random.chance(0.1) ? 150 : 4);
            const start = (native.takeRun(pages) >>> 0) / PAGE;
            for (let page = start; page < start + pages; page++) {
              expect(owner.get(page)).toBe(undefined);
              owner.set(page, step);
            }
            runs.push({ start, pages });
          } else {
            const [{ start, pages }] = runs.splice(random.below(runs.length), 1) as [(typeof runs)[0]];
            native.giveRun(start * PAGE, pages);
            for (let page = start; page < start + pages; page++) owner.delete(page);
          }
          expect(pagesTaken()).toBe(owner.size);
        }
        for (const { start, pages } of runs) native.giveRun(start * PAGE, pages);
      }),
      { numRuns: 20 },
    );
  });
});

describe("the host's sbrk", () => {
  it('refuses once, so that dlmalloc gives up to believe that it gets one piece, and gives 1 MiB at least', () => {
    expect(native.wrap_sbrk(PAGE)).toBe(-1);
    const first = native.wrap_sbrk(PAGE) >>> 0;
    expect(native.wrap_sbrk(0) >>> 0).toBe(first + 16 * PAGE);
    native.takeRun(1);
    const second = native.wrap_sbrk(40 * PAGE) >>> 0;
    expect(second).not.toBe(first + 16 * PAGE);
    expect(native.wrap_sbrk(0) >>> 0).toBe(second + 40 * PAGE);
  });

  it('gives what was asked for where there is no more, and refuses then', () => {
    native.wrap_sbrk(PAGE);
    native.limitRegions(BigInt(native.memory.buffer.byteLength + 2 * PAGE));
    native.takeRun(native.longestRun() - 2);
    const run = native.wrap_sbrk(2 * PAGE) >>> 0;
    expect(native.wrap_sbrk(0) >>> 0).toBe(run + 2 * PAGE);
    expect(native.wrap_sbrk(PAGE)).toBe(-1);
  });
});
