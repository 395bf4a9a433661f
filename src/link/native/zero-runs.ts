import { type DataSegment, i32Constant } from '../../wasm';

/** A shorter run of zeros costs more as a gap between two segments than as bytes. */
const SHORTEST_GAP = 32;

/**
 * Leaves out long runs of zeros from static data. The compiler keeps them, because it cannot know what an imported memory holds; in the one
 * memory here they are there anyway.
 * @param segments active segments with constant places that do not overlap
 */
export function dropZeroRuns(segments: readonly DataSegment[]): DataSegment[] {
  return segments.flatMap(({ active, bytes }) => {
    const start = Number(active!.offset.constant);
    return nonZeroRanges(bytes).map(([from, to]): DataSegment => {
      return { active: { target: 0, offset: i32Constant(start + from) }, bytes: bytes.subarray(from, to) };
    });
  });
}

/** Ranges that hold all non-zero bytes, with gaps of at least `SHORTEST_GAP` between them. */
function nonZeroRanges(bytes: Uint8Array): (readonly [from: number, to: number])[] {
  const ranges: [number, number][] = [];
  for (let index = 0; index < bytes.length; index++) {
    if (bytes[index] === 0) continue;
    const last = ranges.at(-1);
    if (last && index - last[1] < SHORTEST_GAP) last[1] = index + 1;
    else ranges.push([index, index + 1]);
  }
  return ranges;
}
