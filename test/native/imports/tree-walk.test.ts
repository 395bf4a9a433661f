import { beforeAll, describe, expect, it } from 'vitest';
import { StorageHost } from '../storage/storage-host';
import { makeBaseImages } from './base-images';
import { MUTATIONS, type Mutation, pageSize } from './mutations';
import { Random } from './random';
import { makeShapes, type Shape } from './tree-shapes';

const TARGET = 120;
const SEED = 20261122;
/** Of each kind of damage to each shape. */
const ROUNDS = 5;
const NO_LIMIT = 1n << 60n;
/** Enough for SQLite to read a schema, where an instruction passes with each look at the counter. */
const FEW_LOOKS = 8n;
const OK = 0;
const CORRUPT = 55;
const OUT_OF_MEMORY = 58;

/** What SQLite's check finds beside the structure: rows against their declaration, and full-text indexes. */
const NOT_OF_STRUCTURE =
  /^(NULL value in|NUMERIC value in|TEXT value in|non-\w+ value in|row not in PRIMARY KEY order|wrong # of entries|row \d+ missing)|fts5|FTS5/;
/** Where the walk asks for more than SQLite, as docs/STORAGE.md says. */
const STRICTER =
  /(has a record that does not fit its cell|is not of the kind that its tree is|has no cells|lies too deep in its tree)$/;

/** Shapes that take more than a few calls of {@link FEW_LOOKS}. */
const LONG_WALKS = ['pages of 512 bytes', 'a pointer map', 'deep trees', 'a long chain'];

/** Damage to what trees are made of, besides what hostile images are tried with. */
const TREE_MUTATIONS: Readonly<Record<string, Mutation>> = {
  ...MUTATIONS,

  'two cells in each other’s place': (image, random) => {
    const { pointers, cells } = randomTreePage(image, random);
    const [a, b] = [pointers + 2 * random.below(cells), pointers + 2 * random.below(cells)];
    const kept = image.slice(a, a + 2);
    image.copyWithin(a, b, b + 2);
    image.set(kept, b);
    return image;
  },

  'the beginning of a cell': (image, random) => {
    const { start, pointers, cells } = randomTreePage(image, random);
    const pointer = pointers + 2 * random.below(cells);
    const cell = start + ((image[pointer]! << 8) | image[pointer + 1]!);
    image[Math.min(cell + random.below(10), image.length - 1)] = random.below(256);
    return image;
  },

  'a number of a page’s first bytes': (image, random) => {
    const { start } = randomTreePage(image, random);
    const at = (start === 0 ? 100 : start) + random.below(16);
    image[at] = image[at]! + random.pick([1, 2, 4, 255, 254]);
    return image;
  },

  'an entry of the pointer map': (image, random) => {
    const size = pageSize(image);
    image[size + random.below(Math.min(size, 5 * Math.floor(image.length / size)))] = random.below(8);
    return image;
  },
};

let host: StorageHost;
let shapes: Shape[];

beforeAll(async () => {
  shapes = await makeShapes();
  host = await StorageHost.start();
  host.native.formatStore(TARGET, 1n);
}, 120_000);

const native = () => host.native;

function begin(image: Uint8Array): void {
  native().beginImport(TARGET, BigInt(image.length));
  host.withBytes(image, (address) => native().writeImport(TARGET, 0n, address, image.length));
}

function end(): void {
  native().cancelImport(TARGET);
  while (!native().discardStaging(TARGET, 1 << 30));
}

/** Does something with an image that is staged and whose header was examined; nothing if that was refused. */
function staged<T>(image: Uint8Array, act: () => T): T | undefined {
  begin(image);
  try {
    return native().examineImport(TARGET) === OK ? act() : undefined;
  } finally {
    end();
  }
}

/** Why a check refuses what is staged; nothing where it does not. */
function refusal(status: number): string | undefined {
  // What a hostile image asks for may be more memory than there is.
  if (status === OK || status === OUT_OF_MEMORY) return undefined;
  expect(status).toBe(CORRUPT);
  return new TextDecoder().decode(host.view(native().failureAddress(), native().failureLength()));
}

const checkedBySqlite = () => refusal(host.native.quickCheckImport(TARGET));
const walked = () => refusal(host.native.walkImport(TARGET, NO_LIMIT));

/** The same in calls that end after a few looks at their budget. */
function walkedInCalls(betweenCalls: (call: number) => void = () => {}): {
  why: string | undefined;
  calls: number;
} {
  host.instructionsPerLook = 1n;
  try {
    for (let calls = 1; ; calls++) {
      const why = refusal(host.native.walkImport(TARGET, FEW_LOOKS));
      if (why !== undefined || host.native.isWalkOver()) return { why, calls };
      betweenCalls(calls);
    }
  } finally {
    host.instructionsPerLook = 0n;
  }
}

describe('the walk over an image', () => {
  it('accepts every sound one', async () => {
    for (const { name, bytes } of [...shapes, ...(await makeBaseImages())]) {
      const [walk, quickCheck] = staged(bytes, () => [walked(), checkedBySqlite()])!;
      expect(walk, name).toBeUndefined();
      expect(quickCheck, name).toBeUndefined();
    }
  });

  it('refuses whatever SQLite refuses for its structure, and little more', () => {
    const random = new Random(SEED);
    const counts = { agreed: 0, accepted: 0, stricter: 0 };
    for (const shape of shapes.filter(({ isSmall }) => isSmall)) {
      for (const [kind, mutate] of Object.entries(TREE_MUTATIONS)) {
        for (let round = 0; round < ROUNDS; round++) {
          const image = mutate(shape.bytes.slice(), random, { ...shape, indexBlocks: [] });
          const found = staged(image, () => [walked(), checkedBySqlite(), walkedInCalls().why]);
          if (found === undefined) continue;
          const [walk, quickCheck, inCalls] = found;
          const context = `${shape.name}, ${kind}, ${round}`;
          expect(inCalls, context).toBe(walk);
          if (walk === undefined) {
            expect(quickCheck ?? 'wrong # of entries', context).toMatch(NOT_OF_STRUCTURE);
            counts.accepted++;
          } else if (quickCheck === undefined) {
            expect(walk, context).toMatch(STRICTER);
            counts.stricter++;
          } else counts.agreed++;
        }
      }
    }
    expect(counts.agreed).toBeGreaterThan(700);
    expect(counts.accepted).toBeGreaterThan(400);
    expect(counts.stricter).toBeLessThan(counts.agreed / 20);
  }, 120_000);

  it('goes on where its budget ended, and begins anew in a new instance', async () => {
    for (const { name, bytes } of shapes.filter(({ name }) => LONG_WALKS.includes(name))) {
      const { why, calls } = staged(bytes, () => walkedInCalls())!;
      expect(why, name).toBeUndefined();
      expect(calls, name).toBeGreaterThan(1);
    }
    const { bytes } = shapes.find(({ name }) => name === 'deep trees')!;
    const damaged = bytes.slice();
    // The last page of the file belongs to one of the two trees, or is a free page's neighbour.
    damaged.fill(0xff, damaged.length - 512, damaged.length - 500);
    const before = staged(damaged, () => walkedInCalls())!;
    expect(before.why).toBeDefined();
    for (const upgradeAfter of [1, 2, before.calls - 1]) {
      begin(damaged);
      native().examineImport(TARGET);
      host.instructionsPerLook = 1n;
      for (let call = 0; call < upgradeAfter; call++) expect(native().walkImport(TARGET, FEW_LOOKS)).toBe(OK);
      host = await StorageHost.start({ stable: host.stable });
      native().openStore(TARGET);
      expect(walkedInCalls()).toEqual(before);
      end();
    }
  });

  it('of another import is not gone on with', () => {
    const { bytes } = shapes.find(({ name }) => name === 'deep trees')!;
    const damaged = bytes.slice();
    damaged.fill(0xff, 512 * 9, 512 * 9 + 20);
    staged(bytes, () => {
      host.instructionsPerLook = 1n;
      for (let call = 0; call < 3; call++) native().walkImport(TARGET, FEW_LOOKS);
      host.instructionsPerLook = 0n;
    });
    expect(staged(damaged, walked)).toMatch(/^page 10 /);
  });
});

/** A page that has cells, if one is found soon. */
function randomTreePage(
  image: Uint8Array,
  random: Random,
): { start: number; pointers: number; cells: number } {
  const size = pageSize(image);
  let found = { start: 0, pointers: 108, cells: 1 };
  for (let tries = 0; tries < 20; tries++) {
    const start = size * random.below(Math.floor(image.length / size));
    const header = start === 0 ? 100 : start;
    const cells = (image[header + 3]! << 8) | image[header + 4]!;
    if (![2, 5, 10, 13].includes(image[header]!) || cells === 0) continue;
    found = { start, pointers: header + (image[header]! < 8 ? 12 : 8), cells };
    break;
  }
  return found;
}
