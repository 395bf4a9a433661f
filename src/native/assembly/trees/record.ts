import { HostPointer } from '../externals/addresses';
import { MORE_BYTES, MOST_VARINT_BYTES, readVarint, varint } from './numbers';
import { TreeWalk } from './tree-walk';

// A record's header: its own length, then the serial type of each value, which tells how long the value is. Together they
// must be as long as the payload.

/** Serial types from here on are blobs and texts, of any length. */
export const FIRST_OF_ANY_LENGTH: u64 = 12;
/** Bytes of the values of the types below. */
export const FIXED_LENGTHS: HostPointer = <u32>memory.data<u8>([0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0]);
/** More than any payload: keeps sums of what a damaged header says from wrapping. */
const TOO_LONG: u64 = 1 << 40;
const LAST_OF_VARINT: u32 = MOST_VARINT_BYTES - 1;

/** What the part of a record that lies in its tree's page tells. */
export enum RecordFit {
  Fits = 0,
  Broken = 1,
  /** The header goes on in overflow pages. */
  GoesOn = 2,
}

/** Looks at the record that begins at an address, of which `local` of `payload` bytes lie there. */
export function examineRecord(at: HostPointer, local: u32, payload: u32): RecordFit {
  let next = at + 1;
  let length = <u64>load<u8>(at);
  if (length >= MORE_BYTES) {
    next = readVarint(at);
    length = varint();
  }
  if (length < next - at || length > payload) return RecordFit.Broken;
  if (length > local) return RecordFit.GoesOn;
  const end = at + <u32>length;
  let body: u64 = 0;
  while (next < end) {
    const type = <u32>load<u8>(next);
    if (type < <u32>FIRST_OF_ANY_LENGTH) {
      body += load<u8>(FIXED_LENGTHS + type);
      next++;
    } else if (type < MORE_BYTES) {
      body += (type - <u32>FIRST_OF_ANY_LENGTH) >> 1;
      next++;
    } else {
      next = readVarint(next);
      body += lengthOf(varint());
    }
  }
  return next === end && length + body === payload ? RecordFit.Fits : RecordFit.Broken;
}

/** Takes a record's header up that goes on in overflow pages. */
export function beginLongHeader(walk: TreeWalk, at: HostPointer, local: u32, payload: u32): void {
  const types = readVarint(at);
  walk.bodyLength = payload - varint();
  walk.headerLeft = <u32>varint() - (types - at);
  walk.bodySum = 0;
  walk.typeBytes = 0;
  walk.typeBits = 0;
  feedLongHeader(walk, types, local - (types - at));
}

/** Goes on with the header, in bytes of the payload that come next. */
export function feedLongHeader(walk: TreeWalk, at: HostPointer, available: u32): void {
  const count = min(available, walk.headerLeft);
  for (let end = at + count; at < end; at++) {
    const byte = <u64>load<u8>(at);
    const isNinth = walk.typeBytes === LAST_OF_VARINT;
    walk.typeBits = isNinth ? (walk.typeBits << 8) | byte : (walk.typeBits << 7) | (byte & (MORE_BYTES - 1));
    walk.typeBytes++;
    if (byte >= MORE_BYTES && !isNinth) continue;
    walk.bodySum += lengthOf(walk.typeBits);
    walk.typeBytes = 0;
    walk.typeBits = 0;
  }
  walk.headerLeft -= count;
}

/** Whether a header that was taken in to its end says how long the values are. */
export function longHeaderFits(walk: TreeWalk): bool {
  return walk.headerLeft === 0 && walk.typeBytes === 0 && walk.bodySum === walk.bodyLength;
}

function lengthOf(type: u64): u64 {
  if (type < FIRST_OF_ANY_LENGTH) return load<u8>(FIXED_LENGTHS + <u32>type);
  return min((type - FIRST_OF_ANY_LENGTH) >> 1, TOO_LONG);
}
