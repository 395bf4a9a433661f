import type { BaseImage } from './base-images';
import type { Random } from './random';

/** Damages a copy of an image, or gives another one in its place. */
export type Mutation = (image: Uint8Array, random: Random, base: BaseImage) => Uint8Array;

const HEADER_LENGTH = 100;
/** Offset and length of every field of the header (https://www.sqlite.org/fileformat2.html#the_database_header). */
const HEADER_FIELDS: readonly [number, number][] = [
  [0, 16],
  [16, 2],
  [18, 1],
  [19, 1],
  [20, 1],
  [21, 1],
  [22, 1],
  [23, 1],
  [24, 4],
  [28, 4],
  [32, 4],
  [36, 4],
  [40, 4],
  [44, 4],
  [48, 4],
  [52, 4],
  [56, 4],
  [60, 4],
  [64, 4],
  [68, 4],
  [72, 20],
  [92, 4],
  [96, 4],
];
const TELLING_BYTES = [0, 1, 2, 5, 10, 13, 0x7f, 0x80, 0xfe, 0xff] as const;
const TELLING_NUMBERS = [
  0, 1, 2, 3, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
] as const;

/** Kinds of damage by name. Each returns an image of its own. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'bit flips': (image, random) => {
    for (let count = 1 + random.below(8); count > 0; count--) {
      image[random.below(image.length)]! ^= 1 << random.below(8);
    }
    return image;
  },

  'a header field': (image, random) => {
    const [offset, length] = random.pick(HEADER_FIELDS);
    for (let at = 0; at < length; at++) image[offset + at] = random.pick(TELLING_BYTES);
    return image;
  },

  'a page type': (image, random) => {
    image[headerOfPage(image, randomPage(image, random))] = random.pick(TELLING_BYTES);
    return image;
  },

  'a page header': (image, random) => {
    const at = headerOfPage(image, randomPage(image, random)) + 1 + random.below(7);
    image[at] = random.pick(TELLING_BYTES);
    return image;
  },

  'cell pointers': (image, random) => {
    const at = headerOfPage(image, randomPage(image, random)) + 8 + 2 * random.below(12);
    writeNumber(image, at, 2, random.pick([0, 1, 7, random.below(65536), 0xffff]));
    return image;
  },

  'pointers into a loop': (image, random) => {
    const page = randomPage(image, random);
    const target = random.pick([page, 1, 2, randomPage(image, random)]);
    const at = random.pick([
      headerOfPage(image, page) + 8,
      startOfPage(image, page),
      startOfPage(image, page) + pageSize(image) - 4,
      startOfPage(image, page) + random.below(pageSize(image) - 4),
    ]);
    writeNumber(image, at, 4, target);
    return image;
  },

  'huge page numbers': (image, random) => {
    const page = randomPage(image, random);
    const at = random.pick([
      headerOfPage(image, page) + 8,
      startOfPage(image, page),
      startOfPage(image, page) + 4 * random.below(pageSize(image) / 4),
    ]);
    writeNumber(image, at, 4, random.pick(TELLING_NUMBERS));
    return image;
  },

  'a shorter file': (image, random) => {
    const kept = random.pick([
      random.below(image.length),
      pageSize(image) * random.below(pageCount(image)),
      image.length - 1 - random.below(pageSize(image)),
    ]);
    const shorter = image.slice(0, Math.max(kept, 1));
    // Half of them agree with it in their header, so that only pointers lead out of the file.
    if (shorter.length > HEADER_LENGTH && random.below(2) === 0) {
      writeNumber(shorter, 28, 4, Math.floor(shorter.length / pageSize(image)));
    }
    return shorter;
  },

  'a longer file': (image, random) => {
    const longer = new Uint8Array(image.length + 1 + random.below(3 * pageSize(image)));
    longer.set(image);
    for (let at = image.length; at < longer.length; at++) longer[at] = random.below(256);
    if (random.below(2) === 0) writeNumber(longer, 28, 4, Math.floor(longer.length / pageSize(image)));
    return longer;
  },

  'schema text': (image, random) => {
    const texts = occurrences(image.subarray(0, 4 * pageSize(image)), Buffer.from('CREATE'));
    const at = (texts.length > 0 ? random.pick(texts) : HEADER_LENGTH) + random.below(80);
    const word = Buffer.from(
      random.pick([
        'TABLE',
        'VIEW',
        'x',
        '(',
        ')',
        "'",
        '"',
        '--',
        '\0',
        ' AS (randomblob(1e9))',
        'fts5',
        'VIRTUAL',
        '\xff\xfe',
        'SELECT',
      ]),
      'latin1',
    );
    image.set(word.subarray(0, Math.min(word.length, image.length - at)), at);
    return image;
  },

  'the list of free pages': (image, random) => {
    const trunk = readNumber(image, 32);
    const place = random.below(4);
    if (trunk === 0 || place === 0)
      writeNumber(image, 32, 4, random.pick([...TELLING_NUMBERS, randomPage(image, random)]));
    else if (place === 1) writeNumber(image, 36, 4, random.pick(TELLING_NUMBERS));
    else {
      const start = Math.min((trunk - 1) * pageSize(image), image.length - 64);
      const at = start + 4 * random.below(place === 2 ? 2 : 12);
      writeNumber(image, at, 4, random.pick([...TELLING_NUMBERS, trunk, randomPage(image, random)]));
    }
    return image;
  },

  'whole pages': (image, random) => {
    const size = pageSize(image);
    const from = startOfPage(image, randomPage(image, random));
    const to = startOfPage(image, randomPage(image, random));
    const content = random.below(3);
    if (content === 0) image.copyWithin(to, from, from + size);
    else image.fill(content === 1 ? 0 : 0xff, to, to + size);
    return image;
  },

  'a full-text index': (image, random, { indexBlocks }) => {
    const block = random.pick(indexBlocks.length > 0 ? indexBlocks : [image.subarray(0, 8)]);
    const at = Math.max(Buffer.from(image).indexOf(block.subarray(0, 40)), 0);
    for (let count = 1 + random.below(4); count > 0; count--) {
      const place = Math.min(at + random.below(Math.min(block.length, 200)), image.length - 1);
      image[place] = random.pick([...TELLING_BYTES, random.below(256)]);
    }
    return image;
  },
};

export function pageSize(image: Uint8Array): number {
  const size = (image[16]! << 8) | image[17]!;
  return size === 1 ? 65536 : size;
}

function pageCount(image: Uint8Array): number {
  return Math.floor(image.length / pageSize(image));
}

/** Numbers of pages begin at 1. */
function randomPage(image: Uint8Array, random: Random): number {
  return 1 + random.below(pageCount(image));
}

function startOfPage(image: Uint8Array, page: number): number {
  return (page - 1) * pageSize(image);
}

function headerOfPage(image: Uint8Array, page: number): number {
  return page === 1 ? HEADER_LENGTH : startOfPage(image, page);
}

function readNumber(image: Uint8Array, offset: number): number {
  return new DataView(image.buffer, image.byteOffset).getUint32(offset);
}

function writeNumber(image: Uint8Array, offset: number, length: 2 | 4, value: number): void {
  for (let at = 0; at < length && offset + at < image.length; at++) {
    image[offset + at] = (value >>> (8 * (length - 1 - at))) & 0xff;
  }
}

function occurrences(bytes: Uint8Array, word: Uint8Array): number[] {
  const found: number[] = [];
  const buffer = Buffer.from(bytes);
  for (let at = buffer.indexOf(word); at >= 0; at = buffer.indexOf(word, at + 1)) found.push(at);
  return found;
}
