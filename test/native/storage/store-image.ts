// An independent reader of the page store's layout 1 in a slot's virtual memory, from docs/LAYOUT.md alone.

import { xxh64 } from './xxh64';

const PAGE = 4096;
const GROUP = 1024;
const FANOUT = 256;

const Kind = { free: 0, data: 1, segment: 2, directory: 3, root: 4, allocation: 5, superblock: 6 } as const;

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
  readonly stagingState: number;
  readonly stagingRoot: number;
  readonly stagingSize: number;
  readonly stagingReceived: number;
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
    stagingState: u32(136),
    stagingRoot: u32(140),
    stagingSize: Number(u64(160)),
    stagingReceived: Number(u64(168)),
  };
}

/** The live image's bytes. */
export function readStoredImage(memory: Uint8Array): Uint8Array {
  const superblock = readSuperblock(memory);
  const image = new Uint8Array(Math.ceil(superblock.logicalSize / PAGE) * PAGE);
  walk(memory, superblock.rootTable, (page, kind, index) => {
    if (kind === Kind.data) image.set(memory.subarray(page * PAGE, (page + 1) * PAGE), index * PAGE);
  });
  return image.subarray(0, superblock.logicalSize);
}

/** Throws unless every page of the slot is owned exactly once and the allocation tables say by whom. */
export function checkConservation(memory: Uint8Array): void {
  const superblock = readSuperblock(memory);
  const owners = new Map<number, number>();
  const own = (page: number, kind: number, index: number) => {
    if (owners.has(page)) throw new Error(`page ${page} is owned twice`);
    if (page >= superblock.highWater) throw new Error(`page ${page} lies beyond the high-water mark`);
    owners.set(page, kind * 2 ** 24 + index);
  };
  own(0, Kind.superblock, 0);
  for (let group = 0; group * GROUP < superblock.highWater; group++)
    own(group * GROUP + 1, Kind.allocation, group);
  walk(memory, superblock.rootTable, own);
  if (superblock.stagingState !== 0) walk(memory, superblock.stagingRoot, own);

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

type Visit = (page: number, kind: number, index: number) => void;

function walk(memory: Uint8Array, root: number, visit: Visit): void {
  walkTable(memory, root, Kind.root, 0, visit);
}

function walkTable(memory: Uint8Array, page: number, kind: number, index: number, visit: Visit): void {
  if (page === 0) return;
  visit(page, kind, index);
  if (kind === Kind.data) return;
  const view = new DataView(memory.buffer, memory.byteOffset + page * PAGE, PAGE);
  const below = kind === Kind.root ? Kind.directory : kind === Kind.directory ? Kind.segment : Kind.data;
  for (let n = 0; n < FANOUT; n++)
    walkTable(memory, view.getUint32(n * 16, true), below, index * FANOUT + n, visit);
}
