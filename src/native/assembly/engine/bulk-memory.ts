// What the engine's memory.copy, memory.fill and memcmp become when the link moves the engine into its place: the engine's
// pointers are displaced here. The IC charges 100 instructions plus one a byte for a bulk instruction, and one for a load
// or a store of any width, so blocks go through registers, 16 bytes at a time.

import { EnginePointer } from '../externals/addresses';

/** Longest block that is moved without a loop. */
const SHORT: u32 = 64;
/** Bytes that one turn of a loop moves. */
const STRIDE: u32 = 128;

/** Copies, also where the blocks overlap. */
export function engine_memory_copy(destination: EnginePointer, source: EnginePointer, size: u32): void {
  if (size > SHORT) {
    copyLong(destination, source, size);
  } else if (size >= 16) {
    copy16To64(destination, source, size);
  } else if (size >= 8) {
    const first = load<u64>(source, ENGINE_BASE);
    const last = load<u64>(source + size, ENGINE_BASE - 8);
    store<u64>(destination, first, ENGINE_BASE);
    store<u64>(destination + size, last, ENGINE_BASE - 8);
  } else if (size >= 4) {
    const first = load<u32>(source, ENGINE_BASE);
    const last = load<u32>(source + size, ENGINE_BASE - 4);
    store<u32>(destination, first, ENGINE_BASE);
    store<u32>(destination + size, last, ENGINE_BASE - 4);
  } else if (size >= 2) {
    const first = load<u16>(source, ENGINE_BASE);
    const last = load<u8>(source + size, ENGINE_BASE - 1);
    store<u16>(destination, first, ENGINE_BASE);
    store<u8>(destination + size, last, ENGINE_BASE - 1);
  } else if (size) {
    store<u8>(destination, load<u8>(source, ENGINE_BASE), ENGINE_BASE);
  }
}

/** All loads come before the first store, so that overlapping blocks come out right. The parts may meet in the middle. */
function copy16To64(destination: EnginePointer, source: EnginePointer, size: u32): void {
  const first = v128.load(source, ENGINE_BASE);
  const last = v128.load(source + size, ENGINE_BASE - 16);
  if (size > 32) {
    const second = v128.load(source, ENGINE_BASE + 16);
    const third = v128.load(source + size, ENGINE_BASE - 32);
    v128.store(destination, second, ENGINE_BASE + 16);
    v128.store(destination + size, third, ENGINE_BASE - 32);
  }
  v128.store(destination, first, ENGINE_BASE);
  v128.store(destination + size, last, ENGINE_BASE - 16);
}

function copyLong(destination: EnginePointer, source: EnginePointer, size: u32): void {
  const overlapping = destination - source < size || source - destination < size;
  if (overlapping) {
    memory.copy(destination + ENGINE_BASE, source + ENGINE_BASE, size);
    return;
  }
  const sourceEnd = source + size;
  const destinationEnd = destination + size;
  if (size > STRIDE) {
    const lastStride = sourceEnd - STRIDE;
    do {
      copy64(destination, source);
      copy64(destination + SHORT, source + SHORT);
      source += STRIDE;
      destination += STRIDE;
    } while (source < lastStride);
    copy64(destinationEnd - STRIDE, sourceEnd - STRIDE);
  } else {
    copy64(destination, source);
  }
  copy64(destinationEnd - SHORT, sourceEnd - SHORT);
}

/** Of blocks that do not overlap. */
function copy64(destination: EnginePointer, source: EnginePointer): void {
  v128.store(destination, v128.load(source, ENGINE_BASE), ENGINE_BASE);
  v128.store(destination, v128.load(source, ENGINE_BASE + 16), ENGINE_BASE + 16);
  v128.store(destination, v128.load(source, ENGINE_BASE + 32), ENGINE_BASE + 32);
  v128.store(destination, v128.load(source, ENGINE_BASE + 48), ENGINE_BASE + 48);
}

/** Sets every byte of a block to the lowest byte of `value`. */
export function engine_memory_fill(destination: EnginePointer, value: u32, size: u32): void {
  const end = destination + size;
  if (size >= 16) {
    const pattern = i8x16.splat(<i8>value);
    if (size > SHORT) {
      fillLong(destination, pattern, size);
      return;
    }
    v128.store(destination, pattern, ENGINE_BASE);
    v128.store(end, pattern, ENGINE_BASE - 16);
    if (size <= 32) return;
    v128.store(destination, pattern, ENGINE_BASE + 16);
    v128.store(end, pattern, ENGINE_BASE - 32);
    return;
  }
  const word = (value & 0xff) * 0x01010101;
  if (size >= 4) {
    store<u32>(destination, word, ENGINE_BASE);
    store<u32>(end, word, ENGINE_BASE - 4);
    if (size <= 8) return;
    store<u32>(destination, word, ENGINE_BASE + 4);
    store<u32>(end, word, ENGINE_BASE - 8);
  } else if (size >= 2) {
    store<u16>(destination, <u16>word, ENGINE_BASE);
    store<u8>(end, <u8>word, ENGINE_BASE - 1);
  } else if (size) {
    store<u8>(destination, <u8>word, ENGINE_BASE);
  }
}

function fillLong(destination: EnginePointer, pattern: v128, size: u32): void {
  const lastBlock = destination + size - SHORT;
  do {
    fill64(destination, pattern);
    destination += SHORT;
  } while (destination < lastBlock);
  fill64(lastBlock, pattern);
}

function fill64(destination: EnginePointer, pattern: v128): void {
  v128.store(destination, pattern, ENGINE_BASE);
  v128.store(destination, pattern, ENGINE_BASE + 16);
  v128.store(destination, pattern, ENGINE_BASE + 32);
  v128.store(destination, pattern, ENGINE_BASE + 48);
}

/** Below, at or above 0, as the first differing byte of the left block is smaller, absent or larger. C's memcmp. */
export function engine_memory_compare(left: EnginePointer, right: EnginePointer, size: u32): i32 {
  if (size < 8) return compareShort(left, right, size);
  const last = size - 8;
  for (let at: u32 = 0; at < last; at += 8) {
    const one = load<u64>(left + at, ENGINE_BASE);
    const other = load<u64>(right + at, ENGINE_BASE);
    if (one !== other) return orderOf(one, other);
  }
  // The last eight bytes may overlap those before, which are equal.
  return orderOf(load<u64>(left + last, ENGINE_BASE), load<u64>(right + last, ENGINE_BASE));
}

function compareShort(left: EnginePointer, right: EnginePointer, size: u32): i32 {
  if (size < 4) return compareBytes(left, right, size);
  const one = load<u32>(left, ENGINE_BASE);
  const other = load<u32>(right, ENGINE_BASE);
  if (one !== other) return orderOf(one, other);
  return orderOf(load<u32>(left + size, ENGINE_BASE - 4), load<u32>(right + size, ENGINE_BASE - 4));
}

function compareBytes(left: EnginePointer, right: EnginePointer, size: u32): i32 {
  for (let at: u32 = 0; at < size; at++) {
    const difference = <i32>load<u8>(left + at, ENGINE_BASE) - <i32>load<u8>(right + at, ENGINE_BASE);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Words are little-endian: the first byte that differs is the lowest. */
function orderOf(one: u64, other: u64): i32 {
  if (one === other) return 0;
  const shift = ctz(one ^ other) & 56;
  return <i32>((one >> shift) & 0xff) - <i32>((other >> shift) & 0xff);
}
