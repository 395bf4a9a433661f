// An independent reader of the page store's layout 1 in a slot's virtual memory, from docs/LAYOUT.md alone.

import { xxh64 } from './xxh64';

const PAGE = 4096;
const GROUP = 1024;
const FANOUT = 256;

const Kind = {
  free: 0,
  data: 1,
  segment: 2,
  directory: 3,
  root: 4,
  allocation: 5,
  superblock: 6,
  images: 7,
  importRecord: 8,
  checksum: 9,
} as const;

export interface SuperblockFacts {
  readonly generation: bigint;
  readonly sequence: bigint;
  readonly transactionId: bigint;
  readonly epoch: bigint;
  readonly logicalSize: number;
  readonly sharedEpoch: bigint;
  readonly rootTable: number;
  readonly sqlitePageSize: number;
  readonly schemaVersion: number;
  readonly highWater: number;
  readonly freePages: number;
  readonly freeHint: number;
  readonly imageDirectory: number;
  readonly imageChecksum: bigint;
  readonly checksumTransaction: bigint;
  readonly checksumTime: bigint;
  readonly checksumState: number;
  readonly checksumRecord: number;
  readonly stagingState: number;
  readonly stagingRoot: number;
  readonly stagingSize: number;
  readonly stagingReceived: number;
  readonly stagingRecord: number;
}

export function readSuperblock(memory: Uint8Array): SuperblockFacts {
  const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  const u32 = (offset: number) => view.getUint32(offset, true);
  const u64 = (offset: number) => view.getBigUint64(offset, true);
  if (new TextDecoder().decode(memory.subarray(0, 8)) !== 'TABULARI') throw new Error('no superblock');
  if (u32(8) !== 1 || u32(12) !== 256) throw new Error('another layout');
  if (u64(248) !== xxh64(memory.subarray(0, 248))) throw new Error('the superblock’s checksum does not hold');
  return {
    generation: u64(16),
    sequence: u64(24),
    transactionId: u64(32),
    epoch: u64(40),
    logicalSize: Number(u64(48)),
    sharedEpoch: u64(56),
    rootTable: u32(72),
    sqlitePageSize: u32(76),
    schemaVersion: u32(80),
    highWater: u32(88),
    freePages: u32(92),
    freeHint: u32(96),
    imageDirectory: u32(100),
    imageChecksum: u64(104),
    checksumTransaction: u64(112),
    checksumTime: u64(120),
    checksumState: u32(128),
    checksumRecord: u32(132),
    stagingState: u32(136),
    stagingRoot: u32(140),
    stagingSize: Number(u64(160)),
    stagingReceived: Number(u64(168)),
    stagingRecord: u32(184),
  };
}

/** A record of the image directory. */
export interface ImageFacts {
  /** 1 snapshot, 2 pin, 3 being discarded, 4 set aside. */
  readonly state: number;
  readonly origin: number;
  readonly name: string;
  readonly id: bigint;
  readonly epoch: bigint;
  readonly rootTable: number;
  readonly logicalSize: number;
  readonly transactionId: bigint;
  /** Of an image that is set aside, the logical page that its map does not lead to. */
  readonly expires: bigint;
}

/** The snapshots and pins of a slot, those included that are being discarded. */
export function readImages(memory: Uint8Array): ImageFacts[] {
  const { imageDirectory } = readSuperblock(memory);
  if (imageDirectory === 0) return [];
  const page = memory.subarray(imageDirectory * PAGE, (imageDirectory + 1) * PAGE);
  const view = new DataView(page.buffer, page.byteOffset, PAGE);
  if (new TextDecoder().decode(page.subarray(0, 8)) !== 'TABIMAGE') throw new Error('no image directory');
  if (view.getBigUint64(8, true) !== xxh64(page.subarray(16)))
    throw new Error('the image directory’s checksum does not hold');
  const images: ImageFacts[] = [];
  for (let at = 128; at < PAGE; at += 128) {
    if (page[at] === 0) continue;
    images.push({
      state: page[at]!,
      origin: page[at + 1]!,
      name: new TextDecoder().decode(page.subarray(at + 80, at + 80 + page[at + 2]!)),
      id: view.getBigUint64(at + 8, true),
      epoch: view.getBigUint64(at + 16, true),
      rootTable: view.getUint32(at + 32, true),
      logicalSize: Number(view.getBigUint64(at + 40, true)),
      transactionId: view.getBigUint64(at + 48, true),
      expires: view.getBigUint64(at + 64, true),
    });
  }
  return images;
}

/** The live image's bytes. */
export function readStoredImage(memory: Uint8Array): Uint8Array {
  return readImageAt(memory, readSuperblock(memory));
}

/** Bytes of an image, known by its root table and size. */
export function readImageAt(
  memory: Uint8Array,
  { rootTable, logicalSize }: Pick<ImageFacts, 'rootTable' | 'logicalSize'>,
): Uint8Array {
  const image = new Uint8Array(Math.ceil(logicalSize / PAGE) * PAGE);
  walk(memory, rootTable, (page, kind, index) => {
    if (kind === Kind.data) image.set(memory.subarray(page * PAGE, (page + 1) * PAGE), index * PAGE);
    return true;
  });
  return image.subarray(0, logicalSize);
}

/** Pages, tables included, that one of the slot's images reaches and no other does. */
export function pagesHeldAlone(memory: Uint8Array, id: bigint): number {
  const superblock = readSuperblock(memory);
  const images = readImages(memory);
  const own = reachable(memory, images.find((image) => image.id === id)!.rootTable);
  const others = [
    superblock.rootTable,
    ...images.filter((image) => image.id !== id).map((image) => image.rootTable),
  ];
  for (const root of others) for (const page of reachable(memory, root)) own.delete(page);
  return own.size;
}

function reachable(memory: Uint8Array, root: number): Set<number> {
  const pages = new Set<number>();
  walk(memory, root, (page) => {
    pages.add(page);
    return true;
  });
  return pages;
}

/** Throws unless every page of the slot has one use, in whichever images, and the allocation tables say which. */
export function checkConservation(memory: Uint8Array): void {
  const superblock = readSuperblock(memory);
  const owners = new Map<number, number>();
  const own = (page: number, kind: number, index: number) => {
    if (owners.has(page)) throw new Error(`page ${page} is owned twice`);
    if (page >= superblock.highWater) throw new Error(`page ${page} lies beyond the high-water mark`);
    owners.set(page, kind * 2 ** 24 + index);
  };
  // Images may share a page at the same place; what lies below it was seen with the first of them.
  const reach = (seen: Set<number>) => (page: number, kind: number, index: number) => {
    if (seen.has(page)) throw new Error(`an image reaches page ${page} twice`);
    seen.add(page);
    if (owners.get(page) === kind * 2 ** 24 + index) return false;
    own(page, kind, index);
    return true;
  };
  own(0, Kind.superblock, 0);
  for (let group = 0; group * GROUP < superblock.highWater; group++)
    own(group * GROUP + 1, Kind.allocation, group);
  if (superblock.stagingRecord !== 0) own(superblock.stagingRecord, Kind.importRecord, 0);
  if (superblock.imageDirectory !== 0) own(superblock.imageDirectory, Kind.images, 0);
  if (superblock.checksumRecord !== 0) own(superblock.checksumRecord, Kind.checksum, 0);
  const roots = [superblock.rootTable, ...readImages(memory).map(({ rootTable }) => rootTable)];
  if (superblock.stagingState !== 0) roots.push(superblock.stagingRoot);
  for (const root of roots) walk(memory, root, reach(new Set()));

  let free = 0;
  const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  for (let page = 0; page < superblock.highWater; page++) {
    const table = page - (page % GROUP) + 1;
    const entry = view.getUint32(table * PAGE + (page % GROUP) * 4, true);
    if (entry === Kind.free) {
      free++;
      if (page < superblock.freeHint)
        throw new Error(`page ${page} is free below the hint ${superblock.freeHint}`);
    }
    if (entry !== (owners.get(page) ?? 0)) {
      throw new Error(
        `page ${page} is recorded as ${entry.toString(16)}, owned as ${owners.get(page)?.toString(16)}`,
      );
    }
  }
  if (free !== superblock.freePages)
    throw new Error(`${free} pages are free, ${superblock.freePages} recorded`);
}

/** Checksums of the live image's pages in its map, by logical page. Throws where one does not match its page. */
export function readPageChecksums(memory: Uint8Array): Map<number, number> {
  const checksums = new Map<number, number>();
  const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  walk(memory, readSuperblock(memory).rootTable, (table, kind, index) => {
    for (let n = 0; kind === Kind.segment && n < FANOUT; n++) {
      const page = view.getUint32(table * PAGE + n * 16, true);
      const checksum = view.getUint32(table * PAGE + n * 16 + 4, true);
      if (page === 0) continue;
      const logical = index * FANOUT + n;
      checksums.set(logical, checksum);
      const expected = Number(xxh64(memory.subarray(page * PAGE, (page + 1) * PAGE)) & 0xffffffffn) || 1;
      if (checksum !== 0 && checksum !== expected)
        throw new Error(`page ${logical} does not match its checksum`);
    }
    return true;
  });
  return checksums;
}

/** Physical page of a page of the live image. */
export function physicalPage(memory: Uint8Array, logical: number): number {
  let found = 0;
  walk(memory, readSuperblock(memory).rootTable, (page, kind, index) => {
    if (kind === Kind.data && index === logical) found = page;
    return true;
  });
  return found;
}

/** Told of a page from above; false when what is below it is of no interest. */
type Visit = (page: number, kind: number, index: number) => boolean;

function walk(memory: Uint8Array, root: number, visit: Visit): void {
  walkTable(memory, root, Kind.root, 0, visit);
}

function walkTable(memory: Uint8Array, page: number, kind: number, index: number, visit: Visit): void {
  if (page === 0) return;
  if (!visit(page, kind, index) || kind === Kind.data) return;
  const view = new DataView(memory.buffer, memory.byteOffset + page * PAGE, PAGE);
  const below = kind === Kind.root ? Kind.directory : kind === Kind.directory ? Kind.segment : Kind.data;
  for (let n = 0; n < FANOUT; n++)
    walkTable(memory, view.getUint32(n * 16, true), below, index * FANOUT + n, visit);
}
