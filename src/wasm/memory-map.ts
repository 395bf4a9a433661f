import type { WasmModule } from './module';

/*
 * The custom section `memory-map` of a linked canister's debug module: what lies where in its heap. It is this project's own, UTF-8 JSON;
 * the link writes it from what it has laid out, and the replica names touched pages by it.
 */
const SECTION = 'memory-map';

export interface MemoryMap {
  /** The initial memory, by address, without gaps. */
  readonly ranges: readonly NamedRange[];
  readonly heaps: HeapLayout;
}

export interface NamedRange {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** Where to read whose the pages behind the initial memory are: the structures of src/native/assembly/heap. */
export interface HeapLayout {
  /** The first page behind the initial memory. */
  readonly firstPage: number;
  /** Address of the bitmap of taken pages. */
  readonly taken: number;
  /** Address of the table of heaps by owner. */
  readonly heapByOwner: number;
  /** The owner that is no archive; no owner is higher. */
  readonly nobody: number;
  /** Offsets in a run: its heap, its pages, its content. */
  readonly runHeap: number;
  readonly runPages: number;
  readonly runContent: number;
  /** Flag in the head of a block whose neighbour below is free. */
  readonly freeBefore: number;
  /** Bytes of a heap's control structure. */
  readonly controlSize: number;
}

export function writeMemoryMap(module: WasmModule, map: MemoryMap): void {
  module.addCustom(SECTION, new TextEncoder().encode(JSON.stringify(map)));
}

/** The map of a module that the link wrote with names; other modules have none. */
export function readMemoryMap(module: WasmModule): MemoryMap | undefined {
  const section = module.customSections().find(({ name }) => name === SECTION);
  return section && (JSON.parse(new TextDecoder().decode(section.body)) as MemoryMap);
}
