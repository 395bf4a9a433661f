import type { HeapLayout, MemoryMap, NamedRange } from '../../wasm';
import type { InstrumentedModule } from '../instrument/instrument';
import { HEAP_PAGE_SIZE, WASM_PAGE_SIZE } from '../instrument/layout';
import type { Heap } from './heap';

/** What any module's heap holds: the static data that the module tells of, and what was there or was grown besides. */
export function plainContents(
  { initialData, initialPages }: InstrumentedModule,
  heap: Heap,
): readonly NamedRange[] {
  const initialEnd = initialPages * WASM_PAGE_SIZE;
  const data = initialData
    .filter(({ bytes }) => bytes.length > 0)
    .map(({ address, bytes }) => ({ start: address, end: address + bytes.length, name: 'static data' }))
    .sort((left, right) => left.start - right.start);
  const starts = [0, ...data.map(({ end }) => end)];
  const between = starts.map((start, index) => ({
    start,
    end: data[index]?.start ?? initialEnd,
    name: 'stack, zeroed data, first heap',
  }));
  const grown = { start: initialEnd, end: heap.pages * WASM_PAGE_SIZE, name: 'grown heap' };
  return [...data, ...between, grown]
    .filter(({ start, end }) => start < end)
    .sort((left, right) => left.start - right.start);
}

/** What the heap of a canister holds whose link tells: initial memory by the map, and then run by run. */
export function mappedContents({ ranges, heaps }: MemoryMap, heap: Heap): readonly NamedRange[] {
  return [...ranges, ...new Runs(heaps, heap).list()];
}

/** Names of the ranges that 4 KiB pages share bytes with, each once, in the order of the ranges. */
export function namesOn(contents: readonly NamedRange[], smallPages: readonly number[]): string[] {
  const isTouched = ({ start, end }: NamedRange) =>
    smallPages.some((page) => start < (page + 1) * HEAP_PAGE_SIZE && end > page * HEAP_PAGE_SIZE);
  return [...new Set(contents.filter(isTouched).map(({ name }) => name))];
}

/**
 * Reads the runs of pages behind the initial memory, as src/native/assembly/heap keeps them: each is an owner's, Azle's or free. A page that an
 * archive gave back while its heap lived on, and that Azle has taken since and overwritten at neither end, would still be called the archive's.
 */
class Runs {
  private readonly owners = new Map<number, string>();

  constructor(
    private readonly layout: HeapLayout,
    private readonly heap: Heap,
  ) {
    const { heapByOwner, nobody } = layout;
    for (let owner = 0; owner <= nobody; owner++) {
      const control = this.word(heapByOwner + owner * 4);
      if (control !== 0)
        this.owners.set(control, owner === nobody ? 'shared heap' : `archive heap, memory ${owner}`);
    }
  }

  list(): NamedRange[] {
    const ranges: NamedRange[] = [];
    for (let page = this.layout.firstPage; page < this.heap.pages; ) {
      const run = this.isTaken(page) ? this.runAt(page) : [this.range(page, 1, 'free pages')];
      ranges.push(...run);
      page = Math.ceil(run.at(-1)!.end / WASM_PAGE_SIZE);
    }
    return ranges;
  }

  private runAt(page: number): NamedRange[] {
    const { runHeap, runPages, runContent, controlSize } = this.layout;
    const run = page * WASM_PAGE_SIZE;
    const control = this.word(run + runHeap);
    const pages = this.word(run + runPages);
    const owner = this.owners.get(control);
    // What no heap claims is Azle's: of its memory nobody keeps a record, so that a page begins with whatever Azle has written there.
    if (owner === undefined || (pages === 0 && !this.endsAsSpan(run))) {
      return [this.range(page, 1, 'QuickJS and Azle heap')];
    }
    if (pages > 0) return [this.range(page, pages, `${owner}, a block of ${pages} pages`)];
    const span = this.range(page, 1, owner);
    if (control !== run + runContent) return [span];
    const end = control + controlSize;
    return [
      { start: run, end, name: `${owner}: control structure` },
      { ...span, start: end },
    ];
  }

  /** A span's last word is a block of no bytes, in use, with or without a free one before it. */
  private endsAsSpan(run: number): boolean {
    return (this.word(run + WASM_PAGE_SIZE - 4) & ~this.layout.freeBefore) === 0;
  }

  /** So many pages, at least one, as far as they are taken or free like the first. */
  private range(page: number, pages: number, name: string): NamedRange {
    const isTaken = this.isTaken(page);
    let end = page + 1;
    while (end < page + pages && end < this.heap.pages && this.isTaken(end) === isTaken) end++;
    return { start: page * WASM_PAGE_SIZE, end: end * WASM_PAGE_SIZE, name };
  }

  private isTaken(page: number): boolean {
    const bit = page - this.layout.firstPage;
    return ((this.word(this.layout.taken + (bit >> 5) * 4) >>> (bit & 31)) & 1) === 1;
  }

  private word(address: number): number {
    const bytes = this.heap.view(address, 4)!;
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  }
}
