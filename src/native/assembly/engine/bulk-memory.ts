// What the engine's memory.copy and memory.fill become when the link moves the engine into its arena: the engine's
// pointers are displaced here. The IC charges 100 instructions plus one a byte for a bulk instruction, and one for a load
// or a store of any width, so the short blocks that SQLite mostly moves go through registers. All loads of a block come
// before its first store, so overlapping blocks are as safe as with memory.copy.

import { EnginePointer } from '../externals/addresses';

/** Longest block that goes through registers, in bytes. */
const LONGEST_UNROLLED: u32 = 64;

export function engine_memory_copy(destination: EnginePointer, source: EnginePointer, size: u32): void {
  if (size > 16) {
    if (size > LONGEST_UNROLLED) memory.copy(destination + ENGINE_BASE, source + ENGINE_BASE, size);
    else if (size > 32) copyUpTo64(destination, source, size);
    else copyUpTo32(destination, source, size);
    return;
  }
  if (size >= 8) {
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

/** Of 17 to 32 bytes: two words from the front, two from the back, which may meet. */
function copyUpTo32(destination: EnginePointer, source: EnginePointer, size: u32): void {
  const first = load<u64>(source, ENGINE_BASE);
  const second = load<u64>(source, ENGINE_BASE + 8);
  const third = load<u64>(source + size, ENGINE_BASE - 16);
  const last = load<u64>(source + size, ENGINE_BASE - 8);
  store<u64>(destination, first, ENGINE_BASE);
  store<u64>(destination, second, ENGINE_BASE + 8);
  store<u64>(destination + size, third, ENGINE_BASE - 16);
  store<u64>(destination + size, last, ENGINE_BASE - 8);
}

/** Of 33 to 64 bytes: four words from the front, four from the back. */
function copyUpTo64(destination: EnginePointer, source: EnginePointer, size: u32): void {
  const sourceEnd = source + size;
  const first = load<u64>(source, ENGINE_BASE);
  const second = load<u64>(source, ENGINE_BASE + 8);
  const third = load<u64>(source, ENGINE_BASE + 16);
  const fourth = load<u64>(source, ENGINE_BASE + 24);
  const fifth = load<u64>(sourceEnd, ENGINE_BASE - 32);
  const sixth = load<u64>(sourceEnd, ENGINE_BASE - 24);
  const seventh = load<u64>(sourceEnd, ENGINE_BASE - 16);
  const last = load<u64>(sourceEnd, ENGINE_BASE - 8);
  store<u64>(destination, first, ENGINE_BASE);
  store<u64>(destination, second, ENGINE_BASE + 8);
  store<u64>(destination, third, ENGINE_BASE + 16);
  store<u64>(destination, fourth, ENGINE_BASE + 24);
  const destinationEnd = destination + size;
  store<u64>(destinationEnd, fifth, ENGINE_BASE - 32);
  store<u64>(destinationEnd, sixth, ENGINE_BASE - 24);
  store<u64>(destinationEnd, seventh, ENGINE_BASE - 16);
  store<u64>(destinationEnd, last, ENGINE_BASE - 8);
}

export function engine_memory_fill(destination: EnginePointer, value: u32, size: u32): void {
  if (size > LONGEST_UNROLLED) {
    memory.fill(destination + ENGINE_BASE, <u8>value, size);
    return;
  }
  const word = (value & 0xff) * 0x01010101;
  const pattern = ((<u64>word) << 32) | word;
  const end = destination + size;
  if (size >= 8) {
    store<u64>(destination, pattern, ENGINE_BASE);
    store<u64>(end, pattern, ENGINE_BASE - 8);
    if (size <= 16) return;
    store<u64>(destination, pattern, ENGINE_BASE + 8);
    store<u64>(end, pattern, ENGINE_BASE - 16);
    if (size <= 32) return;
    store<u64>(destination, pattern, ENGINE_BASE + 16);
    store<u64>(destination, pattern, ENGINE_BASE + 24);
    store<u64>(end, pattern, ENGINE_BASE - 32);
    store<u64>(end, pattern, ENGINE_BASE - 24);
  } else if (size >= 4) {
    store<u32>(destination, word, ENGINE_BASE);
    store<u32>(end, word, ENGINE_BASE - 4);
  } else if (size >= 2) {
    store<u16>(destination, <u16>word, ENGINE_BASE);
    store<u8>(end, <u8>word, ENGINE_BASE - 1);
  } else if (size) {
    store<u8>(destination, <u8>word, ENGINE_BASE);
  }
}
