import {
  type HeapLayout,
  type MemoryMap,
  type NamedRange,
  readDataSegments,
  readGlobals,
  readMemories,
  readNames,
  WasmModule,
} from '../../wasm';
import { LinkError } from '../errors';
import { type AddressMap, WASM_PAGE } from '../native/address-map';

/** Names of the native module's globals begin so. */
const NATIVE_ROOM = 'src/native/assembly/';

/**
 * Says what lies where in the canister's heap, from what the link was given.
 * @param template the host's, with its names
 * @param symbols the native module as it was compiled for this map, with its constants as globals
 */
export function describeMemory(template: Uint8Array, map: AddressMap, symbols: Uint8Array): MemoryMap {
  const native = WasmModule.parse(symbols);
  const constants = readConstants(native);
  return {
    ranges: [
      ...hostRanges(WasmModule.parse(template)),
      ...engineRanges(map),
      ...nativeRanges(native, constants, map),
    ],
    heaps: heapLayout(constants, map),
  };
}

/** As Rust's linker lays it out: the stack, which grows down to 0, then static data, then what begins as zeros, then the heap. */
function hostRanges(template: WasmModule): NamedRange[] {
  const { globals, dataSegments } = readNames(template);
  const stackPointer = [...globals].find(([, name]) => name === '__stack_pointer');
  const stackEnd = stackPointer && readGlobals(template)[stackPointer[0]]?.initializer.constant;
  const stack = { start: 0, end: Number(stackEnd ?? 0n), name: 'Azle C stack' };
  const segments = segmentRanges(
    template,
    (_, position) => `Azle ${dataSegments.get(position) ?? 'static data'}`,
  );
  const memoryEnd = readMemories(template)[0]!.minimum * WASM_PAGE;
  return withoutGaps([stack, ...segments], memoryEnd, 'Azle zeroed data and first heap');
}

function engineRanges(map: AddressMap): NamedRange[] {
  const { engineBase: base, engineHeapBase, engineHeapEnd, stackLow, nativeBase } = map;
  return [
    { start: base, end: base + engineHeapBase, name: 'engine static data' },
    { start: base + engineHeapBase, end: base + engineHeapEnd, name: "engine C library's heap" },
    { start: base + engineHeapEnd, end: base + stackLow, name: 'nothing' },
    { start: base + stackLow, end: nativeBase, name: 'engine C stack' },
  ];
}

/** Each piece of static data is a segment, and the constants that a source gives names to begin at one. */
function nativeRanges(
  native: WasmModule,
  constants: ReadonlyMap<string, number>,
  map: AddressMap,
): NamedRange[] {
  const byAddress = new Map([...constants].map(([name, value]) => [value, name]));
  const ranges = segmentRanges(native, (start) => `native ${byAddress.get(start) ?? 'texts and tables'}`);
  return withoutGaps(ranges, map.memoryEnd, 'nothing');
}

function segmentRanges(
  module: WasmModule,
  nameOf: (start: number, position: number) => string,
): NamedRange[] {
  return readDataSegments(module)
    .map(({ active, bytes }, position) => {
      const start = Number(active!.offset.constant);
      return { start, end: start + bytes.length, name: nameOf(start, position) };
    })
    .sort((left, right) => left.start - right.start);
}

/** Lets each range reach to the next, bytes of alignment being its own, joins neighbours of one name, and names what is left at the end. */
function withoutGaps(ranges: readonly NamedRange[], end: number, rest: string): NamedRange[] {
  const joined: NamedRange[] = [];
  for (const range of [...ranges, { start: ranges.at(-1)!.end, end, name: rest }]) {
    const last = joined.pop();
    if (last?.name === range.name) joined.push({ ...last, end: range.end });
    else joined.push(...(last ? [{ ...last, end: range.start }] : []), range);
  }
  return joined;
}

function heapLayout(constants: ReadonlyMap<string, number>, map: AddressMap): HeapLayout {
  const constant = (name: string) => {
    const value = constants.get(`heap/${name}`);
    if (value !== undefined) return value;
    throw new LinkError(
      'missing-symbol',
      `the native module has no constant ${name} in its folder heap`,
      'Let src/link/output/memory-map.ts name pages by what src/native/assembly/heap has now',
    );
  };
  return {
    firstPage: map.memoryEnd / WASM_PAGE,
    taken: constant('regions/taken'),
    heapByOwner: constant('heaps/heaps'),
    nobody: constant('budget/NOBODY'),
    runHeap: constant('heaps/RUN_HEAP'),
    runPages: constant('heaps/RUN_PAGES'),
    runContent: constant('heaps/RUN_CONTENT'),
    freeBefore: constant('heaps/FREE_BEFORE'),
    controlSize: constant('heaps/CONTROL_SIZE'),
  };
}

/** Constants of the native module by file and name, as in `heap/heaps/heaps`. */
function readConstants(native: WasmModule): Map<string, number> {
  const { globals } = readNames(native);
  return new Map(
    readGlobals(native).flatMap(({ type, initializer }, index) => {
      const name = globals.get(index);
      if (type.mutable || initializer.constant === undefined || !name?.startsWith(NATIVE_ROOM)) return [];
      return [[name.slice(NATIVE_ROOM.length), Number(initializer.constant)]];
    }),
  );
}
