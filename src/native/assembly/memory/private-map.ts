import { trap } from '../engine/trap';
import { growMemory, MEMORY_FULL } from './grow';
import { memorySize } from './header';
import { PRIVATE_MEMORY, WASM_PAGE_SIZE } from './layout';
import { DIRECTORY_OFFSET, LEAF_ENTRIES, LEAF_SHIFT, PrivateHeader } from './private-layout';
import { readMemory, writeMemory } from './virtual-memory';

const ENTRY_SIZE: u64 = 4;

const headerAddress: u32 = <u32>memory.data(24, 8);
const entry: u32 = <u32>memory.data(4, 4);

/** Logical page that was looked up last, and its block; 0 for none. A block never moves. */
let lastPage: u64 = 0;
let lastBlock: u32 = 0;

export function privateHeader(): PrivateHeader {
  return changetype<PrivateHeader>(headerAddress);
}

export function readHeader(): void {
  readMemory(PRIVATE_MEMORY, 0, headerAddress, offsetof<PrivateHeader>());
  lastBlock = 0;
}

export function writeHeader(): void {
  writeMemory(PRIVATE_MEMORY, 0, headerAddress, offsetof<PrivateHeader>());
}

/** Physical page of a logical one's block, or 0 where the page was never written. */
export function findBlock(page: u64): u32 {
  if (lastBlock !== 0 && page === lastPage) return lastBlock;
  const leaf = readEntry(directoryEntry(page));
  const block = leaf === 0 ? 0 : readEntry(leafEntry(leaf, page));
  if (block !== 0) remember(page, block);
  return block;
}

/** Block of a logical page that has none yet. */
export function allocateBlock(page: u64): u32 {
  let leaf = readEntry(directoryEntry(page));
  if (leaf === 0) {
    leaf = allocatePage();
    writeEntry(directoryEntry(page), leaf);
  }
  const block = allocatePage();
  writeEntry(leafEntry(leaf, page), block);
  remember(page, block);
  return block;
}

/**
 * A physical page of zeros. A refusal traps: the CDK was promised this room when its stable memory grew, and
 * `stable64_write` has no way to say no.
 */
function allocatePage(): u32 {
  const header = privateHeader();
  const page = header.usedPages;
  if (page >= memorySize(PRIVATE_MEMORY) && growMemory(PRIVATE_MEMORY, 1) === MEMORY_FULL) {
    trap("Tabularium: stable memory is full, the runtime's own data cannot grow");
  }
  header.usedPages = page + 1;
  writeHeader();
  return page;
}

function remember(page: u64, block: u32): void {
  lastPage = page;
  lastBlock = block;
}

function directoryEntry(page: u64): u64 {
  return DIRECTORY_OFFSET + (page >> LEAF_SHIFT) * ENTRY_SIZE;
}

function leafEntry(leaf: u32, page: u64): u64 {
  return <u64>leaf * WASM_PAGE_SIZE + (page & (LEAF_ENTRIES - 1)) * ENTRY_SIZE;
}

function readEntry(offset: u64): u32 {
  readMemory(PRIVATE_MEMORY, offset, entry, ENTRY_SIZE);
  return load<u32>(entry);
}

function writeEntry(offset: u64, value: u32): void {
  store<u32>(entry, value);
  writeMemory(PRIVATE_MEMORY, offset, entry, ENTRY_SIZE);
}
