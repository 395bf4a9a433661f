import type { FrameWriter } from './frames';
import { FrameKind } from './frames';

/** Bytes of a page: the unit in which heap and stable memory tell their changes. */
export const PAGE = 4096;
/** Bytes of a sparse image's chunks, a WebAssembly page. */
export const CHUNK = 65_536;
/** Pages of one frame, so that none gets large. */
const PAGES_PER_FRAME = 1024;
const FRAME_HEADER = 8;

/** A memory that can be written to disk page by page. What is handed out is the committed state. */
export interface PagedMemory {
  /** Numbers of the pages that may hold something else than zeros. */
  storedPages(): Iterable<number>;
  /** A page's bytes, valid until the next message; undefined for zeros that are stored nowhere. */
  page(number: number): Uint8Array | undefined;
  /** Numbers of pages that were changed since this was first asked; whoever saves them takes them out. */
  readonly changes: Set<number>;
}

/** Parts of a memory that hold something, by chunk. */
export type SparseImage = Map<number, Uint8Array>;

const ZEROS = new Uint8Array(PAGE);

export function isZero(page: Uint8Array): boolean {
  return Buffer.compare(page, ZEROS) === 0;
}

/** The bytes of a memory that does not change, for as long as they are kept. */
export function frozenMemory(bytes: Uint8Array): PagedMemory {
  const page = (number: number) => bytes.subarray(number * PAGE, (number + 1) * PAGE);
  return {
    page,
    changes: new Set(),
    *storedPages() {
      for (let number = 0; number < bytes.length / PAGE; number++) if (!isZero(page(number))) yield number;
    },
  };
}

/** @param memory the number under which the segment knows the memory */
export function writePages(
  writer: FrameWriter,
  memory: number,
  source: PagedMemory,
  pages: Iterable<number>,
): void {
  let batch: number[] = [];
  const flush = (): void => {
    if (batch.length === 0) return;
    const numbers = Buffer.alloc(FRAME_HEADER + batch.length * 4);
    numbers.writeUInt32LE(memory, 0);
    numbers.writeUInt32LE(batch.length, 4);
    for (const [index, page] of batch.entries()) numbers.writeUInt32LE(page, FRAME_HEADER + index * 4);
    writer.append(FrameKind.pages, [numbers, ...batch.map((page) => source.page(page) ?? ZEROS)]);
    batch = [];
  };
  for (const page of pages) {
    batch.push(page);
    if (batch.length === PAGES_PER_FRAME) flush();
  }
  flush();
}

/** Puts the pages of a frame where they belong. @param image finds the image of a memory's number */
export function applyPages(payload: Uint8Array, image: (memory: number) => SparseImage): void {
  const numbers = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  const target = image(numbers.readUInt32LE(0));
  const count = numbers.readUInt32LE(4);
  const data = FRAME_HEADER + count * 4;
  for (let index = 0; index < count; index++) {
    const start = numbers.readUInt32LE(FRAME_HEADER + index * 4) * PAGE;
    const position = Math.floor(start / CHUNK);
    const chunk = target.get(position) ?? new Uint8Array(CHUNK);
    target.set(position, chunk);
    chunk.set(payload.subarray(data + index * PAGE, data + (index + 1) * PAGE), start % CHUNK);
  }
}

/** The bytes of a whole memory. */
export function imageBytes(image: SparseImage, byteLength: number): Uint8Array {
  const bytes = new Uint8Array(byteLength);
  for (const [position, chunk] of image) bytes.set(chunk, position * CHUNK);
  return bytes;
}
