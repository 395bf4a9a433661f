import { HostPointer } from '../externals/addresses';
import { MORE_BYTES } from './numbers';
import { FIRST_OF_ANY_LENGTH, FIXED_LENGTHS } from './record';

// Most rows are short: lengths and serial types take up a byte each, and a rowid up to four. Short rows are most of the work
// for each byte of an image, so they are read without a call or a loop more than it takes. Every other cell is none of these.

const LOW_BITS: u32 = MORE_BYTES - 1;
/** Bytes of a payload's length. */
const LENGTH: u32 = 1;

// Of four bytes, the first one lowest: which of them say that a varint goes on, and what they say where it ends.
const MARKS_OF_FOUR: u32 = 0x80808080;
const MARKS_OF_THREE: u32 = 0x00808080;
const MARKS_OF_TWO: u32 = 0x00008080;
const MARKS_OF_ONE: u32 = 0x00000080;

/** Longest header that is known again. */
const MOST_KNOWN: u32 = 8;
/** With its length and a rowid, no shorter one makes a cell. */
const SHORTEST_PAYLOAD: u32 = 2;

// The header that was found sound last, with the payload that it fits: rows of a table are much alike.
let knownHeader: u64 = 0;
let knownMask: u64 = 0;
let knownPayload: u32 = 0;

let rowid: u32 = 0;
/** Bytes of the rowid; 0 where it has more than four. */
let rowidLength: u32 = 0;

/** Bytes of a short row whose record fits it, and whose number is {@link shortRowid}; 0 where the cell is to be read as any other. */
export function shortRow(cell: HostPointer): u32 {
  const payload = <u32>load<u8>(cell);
  if (payload >= MORE_BYTES) return 0;
  readShortRowid(load<u32>(cell, LENGTH));
  if (rowidLength === 0) return 0;
  const record = cell + LENGTH + rowidLength;
  return isShortRecord(record, payload) ? record + payload - cell : 0;
}

function readShortRowid(bytes: u32): void {
  if ((bytes & MARKS_OF_FOUR) === MARKS_OF_THREE) {
    rowidLength = 4;
    rowid =
      (sevenBits(bytes) << 21) |
      (sevenBits(bytes >> 8) << 14) |
      (sevenBits(bytes >> 16) << 7) |
      (bytes >> 24);
  } else if ((bytes & MARKS_OF_THREE) === MARKS_OF_TWO) {
    rowidLength = 3;
    rowid = (sevenBits(bytes) << 14) | (sevenBits(bytes >> 8) << 7) | sevenBits(bytes >> 16);
  } else if ((bytes & MARKS_OF_TWO) === MARKS_OF_ONE) {
    rowidLength = 2;
    rowid = (sevenBits(bytes) << 7) | sevenBits(bytes >> 8);
  } else {
    rowidLength = (bytes & MARKS_OF_ONE) === 0 ? 1 : 0;
    rowid = sevenBits(bytes);
  }
}

function sevenBits(byte: u32): u32 {
  return byte & LOW_BITS;
}

/** Rowid of the short row that was read last. */
export function shortRowid(): i64 {
  return rowid;
}

function isShortRecord(record: HostPointer, payload: u32): bool {
  const bits = load<u64>(record);
  if (payload === knownPayload && (bits & knownMask) === knownHeader) return true;
  if (!isSoundRecord(record, payload)) return false;
  const header = <u32>load<u8>(record);
  if (header > MOST_KNOWN) return true;
  knownPayload = payload;
  knownMask = u64.MAX_VALUE >> ((MOST_KNOWN - header) << 3);
  knownHeader = bits & knownMask;
  return true;
}

function isSoundRecord(record: HostPointer, payload: u32): bool {
  const header = <u32>load<u8>(record);
  // A header cannot be shorter than its own length, nor a cell than the shortest.
  if (header - 1 >= payload || payload < SHORTEST_PAYLOAD) return false;
  const end = record + header;
  let length = header;
  for (let at = record + 1; at < end; at++) {
    const type = <u32>load<u8>(at);
    if (type < <u32>FIRST_OF_ANY_LENGTH) length += load<u8>(FIXED_LENGTHS + type);
    else if (type < MORE_BYTES) length += (type - <u32>FIRST_OF_ANY_LENGTH) >> 1;
    else return false;
  }
  return length === payload;
}
