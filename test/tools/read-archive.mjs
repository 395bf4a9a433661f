// Extracts an archive as a SQLite file from a canister's raw stable memory: node read-archive.mjs <stable memory> <MemoryId> <result>
//
// Written from docs/LAYOUT.md alone, section 5, and importing nothing but Node: whoever holds a download of the stable
// memory and these lines needs no Tabularium to get the data back.

import { closeSync, fstatSync, ftruncateSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';

const WASM_PAGE = 65536;
const PAGE = 4096;
const FANOUT = 256;
const ENTRY = 16;

const MANAGER_HEADER = 2080;
const OWNERS = { offset: 2080, length: 32768, free: 255 };
const SUPERBLOCK = 256;
/** Where the superblock's own checksum lies, which is that of all bytes before. */
const CHECKSUM = 248;
/** Flag of an archive whose pages are being given back. */
const PURGING = 1;

class Unreadable extends Error {}

function refuse(message) {
  throw new Unreadable(message);
}

/** Bytes of a file; its end must not lie before. */
function readFile(file, offset, length) {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const read = readSync(file, bytes, done, length - done, offset + done);
    if (read === 0) refuse(`the stable memory ends at byte ${offset + done}, where data is expected`);
    done += read;
  }
  return bytes;
}

/** Section 1: a function that reads bytes of a virtual memory, by its buckets in ascending order. */
function openVirtualMemory(file, id) {
  if (fstatSync(file).size < WASM_PAGE) refuse('the file is too short for a stable memory');
  const header = readFile(file, 0, MANAGER_HEADER);
  if (header.toString('latin1', 0, 3) !== 'MGR')
    refuse('the stable memory does not begin with a memory manager');
  if (header[3] !== 1) refuse(`the memory manager has layout version ${header[3]}, not 1`);
  const allocated = header.readUInt16LE(4);
  const bucketBytes = header.readUInt16LE(6) * WASM_PAGE;
  const size = Number(header.readBigUInt64LE(40 + 8 * id)) * WASM_PAGE;
  if (size === 0) refuse(`MemoryId ${id} holds nothing`);
  const owners = readFile(file, OWNERS.offset, OWNERS.length).subarray(0, allocated);
  const buckets = [...owners.keys()].filter((bucket) => owners[bucket] === id);
  if (Math.ceil(size / bucketBytes) !== buckets.length) refuse('the memory manager is damaged');
  return (offset, length) => {
    const bucket = buckets[Math.floor(offset / bucketBytes)];
    if (offset + length > size)
      refuse(`the archive is damaged: byte ${offset} lies outside of MemoryId ${id}`);
    return readFile(file, WASM_PAGE + bucket * bucketBytes + (offset % bucketBytes), length);
  };
}

/** Section 3.1: what the live image's bytes are found by. */
function readSuperblock(read) {
  const bytes = read(0, SUPERBLOCK);
  if (bytes.toString('latin1', 0, 8) !== 'TABULARI')
    refuse('the memory does not hold an archive of Tabularium');
  if (bytes.readUInt32LE(8) !== 1) refuse(`the archive has layout version ${bytes.readUInt32LE(8)}, not 1`);
  if (
    bytes.readUInt32LE(12) !== SUPERBLOCK ||
    bytes.readBigUInt64LE(CHECKSUM) !== xxh64(bytes.subarray(0, CHECKSUM))
  ) {
    refuse('the archive is damaged: the checksum of its superblock does not hold');
  }
  if (bytes.readUInt32LE(84) & PURGING) refuse('the archive is being purged, and not whole any more');
  return { logicalSize: Number(bytes.readBigUInt64LE(48)), rootTable: bytes.readUInt32LE(72) };
}

/** Section 3.3: calls back with each data page of an image and its logical number. Depth 0 is a data page. */
function walkMap(read, page, depth, index, visit, checksum = 0) {
  const bytes = read(page * PAGE, PAGE);
  if (depth === 0) {
    checkPage(bytes, index, checksum);
    visit(index, bytes);
    return;
  }
  for (let entry = 0; entry < FANOUT; entry++) {
    const below = bytes.readUInt32LE(entry * ENTRY);
    const expected = bytes.readUInt32LE(entry * ENTRY + 4);
    if (below !== 0) walkMap(read, below, depth - 1, index * FANOUT + entry, visit, expected);
  }
}

/** Section 3.8: an archive may keep a checksum of each page, the lower half of XXH64, or 1 in the place of 0. */
function checkPage(bytes, index, expected) {
  if (expected === 0) return;
  const actual = Number(xxh64(bytes) & 0xffffffffn) || 1;
  if (actual !== expected)
    refuse(`the archive is damaged: page ${index} of 4,096 bytes does not have its checksum`);
}

function extract(file, id, result) {
  const read = openVirtualMemory(file, id);
  const { logicalSize, rootTable } = readSuperblock(read);
  // Pages that the map leaves out are zeros, and so is what a file was lengthened by.
  ftruncateSync(result, logicalSize);
  if (rootTable === 0) return logicalSize;
  walkMap(read, rootTable, 3, 0, (logical, bytes) => {
    const length = Math.min(PAGE, logicalSize - logical * PAGE);
    if (length > 0) writeSync(result, bytes, 0, length, logical * PAGE);
  });
  return logicalSize;
}

/** XXH64 with seed 0. */
function xxh64(bytes) {
  const mask = 2n ** 64n - 1n;
  const prime1 = 0x9e3779b185ebca87n;
  const prime2 = 0xc2b2ae3d27d4eb4fn;
  const prime3 = 0x165667b19e3779f9n;
  const prime4 = 0x85ebca77c2b2ae63n;
  const prime5 = 0x27d4eb2f165667c5n;
  const rotate = (value, by) => ((value << by) | (value >> (64n - by))) & mask;
  const round = (lane, input) => (rotate((lane + input * prime2) & mask, 31n) * prime1) & mask;
  const lanes = [(prime1 + prime2) & mask, prime2, 0n, -prime1 & mask];
  let at = 0;
  for (; at + 32 <= bytes.length; at += 32) {
    for (let lane = 0; lane < 4; lane++)
      lanes[lane] = round(lanes[lane], bytes.readBigUInt64LE(at + 8 * lane));
  }
  let hash = prime5;
  if (at > 0) {
    hash = lanes.reduce((sum, lane, n) => sum + rotate(lane, [1n, 7n, 12n, 18n][n]), 0n) & mask;
    for (const lane of lanes) hash = ((hash ^ round(0n, lane)) * prime1 + prime4) & mask;
  }
  hash = (hash + BigInt(bytes.length)) & mask;
  for (; at + 8 <= bytes.length; at += 8) {
    hash = (rotate(hash ^ round(0n, bytes.readBigUInt64LE(at)), 27n) * prime1 + prime4) & mask;
  }
  if (at + 4 <= bytes.length) {
    hash = (rotate(hash ^ ((BigInt(bytes.readUInt32LE(at)) * prime1) & mask), 23n) * prime2 + prime3) & mask;
    at += 4;
  }
  for (; at < bytes.length; at++)
    hash = (rotate(hash ^ ((BigInt(bytes[at]) * prime5) & mask), 11n) * prime1) & mask;
  hash = ((hash ^ (hash >> 33n)) * prime2) & mask;
  hash = ((hash ^ (hash >> 29n)) * prime3) & mask;
  return hash ^ (hash >> 32n);
}

function main([source, memoryId, target]) {
  const id = Number(memoryId);
  if (target === undefined || !Number.isInteger(id) || id < 0 || id > 254) {
    refuse('usage: node read-archive.mjs <stable memory file> <MemoryId, 0 to 254> <result file>');
  }
  const file = openSync(source, 'r');
  // An existing file is not replaced.
  const result = openSync(target, 'wx');
  try {
    console.log(`${extract(file, id, result)} bytes of the archive in MemoryId ${id} are in ${target}`);
  } catch (error) {
    unlinkSync(target);
    throw error;
  } finally {
    closeSync(result);
    closeSync(file);
  }
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Unreadable) && error.syscall === undefined) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
