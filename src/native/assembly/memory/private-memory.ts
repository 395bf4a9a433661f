import { trap, trapWithNumber } from '../engine/trap';
import { growMemory, MEMORY_FULL } from './grow';
import { memorySize } from './header';
import { GROW_REFUSED, PRIVATE_MEMORY, WASM_PAGE_SIZE } from './layout';
import { MAX_LOGICAL_PAGES, PRIVATE_MAGIC, PRIVATE_VERSION } from './private-layout';
import { allocateBlock, findBlock, privateHeader, readHeader, writeHeader } from './private-map';
import { readMemory, writeMemory } from './virtual-memory';
import { isZero } from './zeros';

// The CDK runtime's `ic0.stable64_*` imports are linked to the functions below, so that one manager owns the raw stable
// memory. They behave as the IC's do.

/** Takes over what an earlier version of the canister left in MemoryId 118. Foreign bytes there trap, untouched. */
export function loadPrivateMemory(): void {
  const header = privateHeader();
  if (memorySize(PRIVATE_MEMORY) === 0) {
    header.magic = PRIVATE_MAGIC;
    header.version = PRIVATE_VERSION;
    header.usedPages = 1;
    header.logicalPages = 0;
    return;
  }
  readHeader();
  if (header.magic !== PRIVATE_MAGIC) {
    trap('Tabularium: MemoryId 118 holds data of another layout; it was left untouched');
  }
  if (header.version !== PRIVATE_VERSION) {
    trapWithNumber(
      'Tabularium: MemoryId 118 has layout version ',
      header.version,
      ', which is not supported (1 is)',
    );
  }
  if (
    header.usedPages === 0 ||
    header.usedPages > memorySize(PRIVATE_MEMORY) ||
    header.logicalPages > MAX_LOGICAL_PAGES
  ) {
    trap('Tabularium: damaged header in MemoryId 118');
  }
}

export function private_stable64_size(): u64 {
  return privateHeader().logicalPages;
}

export function private_stable64_grow(pages: u64): u64 {
  const header = privateHeader();
  const previous = header.logicalPages;
  if (pages > MAX_LOGICAL_PAGES - previous) return GROW_REFUSED;
  if (memorySize(PRIVATE_MEMORY) === 0 && growMemory(PRIVATE_MEMORY, 1) === MEMORY_FULL) return GROW_REFUSED;
  header.logicalPages = previous + pages;
  writeHeader();
  return previous;
}

export function private_stable64_read(destination: u64, offset: u64, size: u64): void {
  checkBounds(offset, size);
  while (size > 0) {
    const part = bytesInPage(offset, size);
    const block = findBlock(offset / WASM_PAGE_SIZE);
    if (block === 0) memory.fill(<usize>destination, 0, <usize>part);
    else readMemory(PRIVATE_MEMORY, physicalOffset(block, offset), <u32>destination, part);
    destination += part;
    offset += part;
    size -= part;
  }
}

export function private_stable64_write(offset: u64, source: u64, size: u64): void {
  checkBounds(offset, size);
  while (size > 0) {
    const part = bytesInPage(offset, size);
    writePart(offset, <u32>source, part);
    source += part;
    offset += part;
    size -= part;
  }
}

/** Writes within one logical page. Zeros leave an absent page absent. */
function writePart(offset: u64, source: u32, size: u64): void {
  const page = offset / WASM_PAGE_SIZE;
  let block = findBlock(page);
  if (block === 0) {
    if (isZero(source, <u32>size)) return;
    block = allocateBlock(page);
  }
  writeMemory(PRIVATE_MEMORY, physicalOffset(block, offset), source, size);
}

function physicalOffset(block: u32, offset: u64): u64 {
  return <u64>block * WASM_PAGE_SIZE + (offset % WASM_PAGE_SIZE);
}

function bytesInPage(offset: u64, size: u64): u64 {
  return min<u64>(size, WASM_PAGE_SIZE - (offset % WASM_PAGE_SIZE));
}

function checkBounds(offset: u64, size: u64): void {
  const end = offset + size;
  if (end < offset || end > privateHeader().logicalPages * WASM_PAGE_SIZE) {
    trap("Tabularium: access past the end of the runtime's stable memory");
  }
}
