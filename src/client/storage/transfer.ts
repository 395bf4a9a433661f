/** Called after each chunk. */
export type Progress = (doneBytes: number, totalBytes: number) => void;

/** Bytes a transfer moves per call: below the IC's bounds of 2 MiB for an ingress message and for a reply. */
export const CHUNK_BYTES = 1_000_000;

/** Chunks under way at once, when nothing is said. */
export const DEFAULT_CONCURRENCY = 4;

/** A range of an image's bytes. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** Cuts ranges into chunks. */
export function* chunksOf(ranges: readonly ByteRange[], chunkBytes: number): Generator<ByteRange> {
  for (const { offset, length } of ranges) {
    for (let at = 0; at < length; at += chunkBytes) {
      yield { offset: offset + at, length: Math.min(chunkBytes, length - at) };
    }
  }
}

/**
 * Moves all chunks, several at once. After a failure no further one is begun, and those under way are awaited, so that
 * nothing runs on behind the caller's back.
 *
 * @throws what the first chunk failed with
 */
export async function moveAll(
  chunks: Iterable<ByteRange>,
  concurrency: number,
  move: (chunk: ByteRange) => Promise<void>,
): Promise<void> {
  const queue = chunks[Symbol.iterator]();
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    for (let next = queue.next(); !next.done && failures.length === 0; next = queue.next()) {
      try {
        await move(next.value);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  if (failures.length > 0) throw failures[0];
}
