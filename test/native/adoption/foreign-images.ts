// Independent writers of what ic-sqlite-vfs (superblock versions 1, 2, 6, 8) keeps in its virtual memory, from the layout's
// field tables alone. They place pages as awkwardly as the layouts allow.

const WASM_PAGE = 65536;
const FOREIGN_PAGE = 16384;
const SEGMENT = 256;
const MASK = 2n ** 64n - 1n;
const GARBAGE = 0xa5;

export const FLAG = { importing: 1, stale: 2, refreshing: 4 } as const;

/** FNV-1a with 64 bits. */
export function fnv64(bytes: Uint8Array): bigint {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const byte of bytes) {
    low = (low ^ byte) >>> 0;
    // The prime is 2^40 + 0x1b3.
    const product = low * 0x1b3;
    high = (Math.imul(high, 0x1b3) + Math.floor(product / 2 ** 32) + ((low << 8) >>> 0)) >>> 0;
    low = product >>> 0;
  }
  return ((BigInt(high) << 32n) | BigInt(low)) & MASK;
}

export interface ForeignOptions {
  readonly transactionId?: number;
  /** Default: stale, as after any commit. */
  readonly flags?: number;
  /** The image's checksum as the superblock states it. Default 0, as before the first one is computed. */
  readonly checksum?: bigint;
}

export interface SegmentedOptions extends ForeignOptions {
  /** Places pages in this order of their numbers instead of the ascending one. */
  readonly order?: (pages: number[]) => number[];
  /** Gives pages of zeros a place too, instead of the offset 0. */
  readonly keepZeros?: boolean;
}

export interface InPlaceOptions extends ForeignOptions {
  /** Where the image begins; 65,536 unless an early version imported it. */
  readonly base?: number;
}

/** Version 6: root table, segment tables and pages, with garbage between them. */
export function writeSegmented(image: Uint8Array, options: SegmentedOptions = {}): Uint8Array {
  const pageCount = Math.ceil(image.length / FOREIGN_PAGE);
  const numbers = Array.from({ length: pageCount }, (_, page) => page);
  const offsets: number[] = new Array(pageCount).fill(0);
  let end = WASM_PAGE;
  for (const page of options.order?.(numbers) ?? numbers) {
    if (!options.keepZeros && foreignPage(image, page).every((byte) => byte === 0)) continue;
    offsets[page] = end;
    // Every third page begins a new 64 KiB page, as after a commit of its own.
    end += page % 3 === 2 ? WASM_PAGE - ((end - WASM_PAGE) % WASM_PAGE) : FOREIGN_PAGE;
  }
  const segments = Math.ceil(pageCount / SEGMENT);
  const segmentOffsets: number[] = [];
  for (let segment = 0; segment < segments; segment++) {
    const used = offsets.slice(segment * SEGMENT, (segment + 1) * SEGMENT).some((offset) => offset > 0);
    segmentOffsets.push(used ? end : 0);
    if (used) end += SEGMENT * 8;
  }
  const rootTable = end;
  const memory = wasmPages(rootTable + Math.max(segments, 1) * 8);
  const view = new DataView(memory.buffer);
  offsets.forEach((offset, page) => {
    if (offset > 0) memory.set(foreignPage(image, page), offset);
  });
  segmentOffsets.forEach((table, segment) => {
    for (let index = 0; table > 0 && index < SEGMENT; index++) {
      view.setBigUint64(table + index * 8, BigInt(offsets[segment * SEGMENT + index] ?? 0), true);
    }
    view.setBigUint64(rootTable + segment * 8, BigInt(table), true);
  });
  memory.set(superblock6(image.length, segments > 0 ? rootTable : 0, segments, options));
  return memory;
}

/** Version 8: the image in one piece, with garbage where an extent says that there are zeros. */
export function writeInPlace(image: Uint8Array, options: InPlaceOptions = {}): Uint8Array {
  const { base = WASM_PAGE } = options;
  const memory = wasmPages(base + image.length);
  const extents = zeroExtents(image);
  memory.set(image, base);
  for (const [start, stop] of extents) {
    memory.fill(GARBAGE, base + start * FOREIGN_PAGE, Math.min(base + stop * FOREIGN_PAGE, memory.length));
  }
  memory.set(superblock8(image.length, base, extents, options));
  return memory;
}

/** Versions 1 and 2, which precede every release: the image from 65,536 on. */
export function writeOld(image: Uint8Array, version: 1 | 2): Uint8Array {
  const memory = wasmPages(WASM_PAGE + image.length);
  memory.set(image, WASM_PAGE);
  const head = new Uint8Array(version === 1 ? 80 : 96);
  writeHead(head, version, image.length, { transactionId: 3 });
  seal(head, head.length - 8);
  memory.set(head);
  return memory;
}

export function superblock6(size: number, rootTable: number, segments: number, options: ForeignOptions) {
  const head = new Uint8Array(152);
  writeHead(head, 6, size, options);
  put(head, 112, WASM_PAGE);
  put(head, 120, rootTable);
  put(head, 128, segments);
  put(head, 136, 6);
  seal(head, 144);
  return head;
}

export function superblock8(
  size: number,
  base: number,
  extents: readonly (readonly [number, number])[],
  options: ForeignOptions,
): Uint8Array {
  const head = new Uint8Array(160 + 16 * extents.length);
  writeHead(head, 8, size, options);
  put(head, 112, base);
  put(head, 128, Math.ceil(size / FOREIGN_PAGE));
  put(head, 136, 8);
  put(head, 144, extents.length);
  extents.forEach(([start, end], index) => {
    put(head, 160 + 16 * index, start);
    put(head, 168 + 16 * index, end);
  });
  seal(head, 152);
  return head;
}

/** Writes the checksum of a superblock again, after a field was changed. */
export function reseal(memory: Uint8Array): void {
  const version = memory[8];
  const extents = version === 8 ? Number(view(memory).getBigUint64(144, true)) : 0;
  const length = version === 6 ? 152 : 160 + 16 * extents;
  seal(memory.subarray(0, length), version === 6 ? 144 : 152);
}

export function put(bytes: Uint8Array, offset: number, value: number | bigint): void {
  view(bytes).setBigUint64(offset, BigInt(value), true);
}

function writeHead(head: Uint8Array, version: number, size: number, options: ForeignOptions): void {
  head.set(new TextEncoder().encode('ICSQLITE'));
  view(head).setUint32(8, version, true);
  view(head).setUint32(12, FOREIGN_PAGE, true);
  put(head, 16, size);
  put(head, 32, options.transactionId ?? 0);
  put(head, 40, options.flags ?? 0);
  put(head, 48, options.checksum ?? 0n);
}

function seal(head: Uint8Array, field: number): void {
  put(head, field, 0);
  put(head, field, fnv64(head));
}

/** Runs of pages that are zeros, as far as such a list may be long. */
function zeroExtents(image: Uint8Array): [number, number][] {
  const extents: [number, number][] = [];
  for (let page = 0; page * FOREIGN_PAGE < image.length && extents.length < 1024; page++) {
    if (foreignPage(image, page).some((byte) => byte !== 0)) continue;
    const last = extents.at(-1);
    if (last?.[1] === page) last[1]++;
    else extents.push([page, page + 1]);
  }
  return extents;
}

function foreignPage(image: Uint8Array, page: number): Uint8Array {
  return image.subarray(page * FOREIGN_PAGE, (page + 1) * FOREIGN_PAGE);
}

function wasmPages(length: number): Uint8Array {
  return new Uint8Array(Math.ceil(length / WASM_PAGE) * WASM_PAGE).fill(GARBAGE);
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
