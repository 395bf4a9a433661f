import {
  CodeWriter,
  type Export,
  type FunctionType,
  functionImports,
  type Global,
  i32Constant,
  i64Constant,
  internType,
  readCode,
  readDataSegments,
  readExports,
  readFunctions,
  readGlobals,
  readImports,
  readMemories,
  readStart,
  readTables,
  readTypes,
  SectionId,
  ValueType,
  WasmModule,
  writeDataSegments,
  writeExports,
  writeFunctions,
  writeGlobals,
  writeMemories,
  writeTypes,
} from '../../wasm';
import type { AddedGlobals } from './emitter';
import { FunctionRewriter, type HelperIndices } from './function-rewriter';
import {
  exhaustedHelper,
  type Helper,
  memoryCopyHelper,
  memoryFillHelper,
  memoryGrowHelper,
  memoryInitHelper,
  memorySizeHelper,
} from './helpers';
import { HEAP_BASE_PAGES, InstrumentedExport, MAXIMUM_HEAP_PAGES, TrapReason } from './layout';

/** Bytes that installation writes into the heap once. */
export interface InitialData {
  readonly address: number;
  readonly bytes: Uint8Array;
}

export interface InstrumentedModule {
  /** The module to compile: no start function, no active data, everything the replica needs exported. */
  readonly bytes: Uint8Array;
  readonly initialData: readonly InitialData[];
  /** Heap size at installation in 64 KiB pages. */
  readonly initialPages: number;
  /** Export names of the canister's mutable globals, in index order. */
  readonly globalExports: readonly string[];
  readonly hasStart: boolean;
  /** Export names of the globals that say which data segments the message has dropped. */
  readonly droppedExports: readonly string[];
  /** Export names of the globals that count each defined function's own instructions, in order; none without a profile. */
  readonly profileExports: readonly string[];
  /** Instructions that the IC charges compilation for. */
  readonly compiledInstructions: number;
  readonly globalCount: number;
}

const ENTRY_POINT_PREFIX = 'canister_';

/**
 * Prepares a validated canister module to run under the replica: instruction metering, the heap moved behind its page marks, and exports
 * for the memory, the table, every mutable global and the start function.
 *
 * @param profile also count the instructions of each function, which changes no other count
 * @throws WasmFormatError for bytes that are not WebAssembly
 */
export function instrument(wasm: Uint8Array, profile: boolean): InstrumentedModule {
  const module = WasmModule.parse(wasm);
  const globals = readGlobals(module);
  const addedGlobals = new GlobalSection(globals.length, profile ? readFunctions(module).length : 0);
  const compiledInstructions = rewriteCode(module, addedGlobals);
  writeGlobals(module, [...globals, ...addedGlobals.definitions()]);
  const initialPages = moveMemory(module);
  const initialData = takeActiveData(module);
  const globalExports = exportInternals(module, globals, addedGlobals);
  const hasStart = module.body(SectionId.start) !== undefined;
  module.remove(SectionId.start);
  return {
    bytes: module.encode(),
    initialData,
    initialPages,
    globalExports,
    hasStart,
    profileExports: addedGlobals.profiled.map((position) => InstrumentedExport.profilePrefix + position),
    droppedExports: addedGlobals.droppedSegments.map((segment) => InstrumentedExport.droppedPrefix + segment),
    compiledInstructions,
    globalCount: globals.length,
  };
}

/** The globals that follow the module's own: counter, trap reason, heap limit, slice, then one for each data segment that is initialised from. */
class GlobalSection implements AddedGlobals {
  readonly counter: number;
  readonly trapReason: number;
  readonly heapLimit: number;
  readonly slice: number;
  readonly droppedSegments: number[] = [];

  /** Positions of the functions that are profiled. */
  readonly profiled: readonly number[];

  constructor(present: number, profiledFunctions: number) {
    this.profiled = Array.from({ length: profiledFunctions }, (_, position) => position);
    this.counter = present;
    this.trapReason = present + 1;
    this.heapLimit = present + 2;
    this.slice = present + 3;
  }

  /** Index of the global that counts the instructions of a defined function; undefined without a profile. */
  profileGlobal(position: number): number | undefined {
    return this.profiled.length > 0 ? this.slice + 1 + position : undefined;
  }

  droppedGlobal(segment: number): number {
    const known = this.droppedSegments.indexOf(segment);
    return (
      this.slice + 1 + this.profiled.length + (known >= 0 ? known : this.droppedSegments.push(segment) - 1)
    );
  }

  definitions(): Global[] {
    const i32 = { valueType: ValueType.i32, mutable: true };
    return [
      { type: { valueType: ValueType.i64, mutable: true }, initializer: i64Constant(0n) },
      { type: i32, initializer: i32Constant(TrapReason.none) },
      { type: i32, initializer: i32Constant(MAXIMUM_HEAP_PAGES) },
      { type: { valueType: ValueType.i64, mutable: true }, initializer: i64Constant(1n) },
      ...this.profiled.map(() => ({
        type: { valueType: ValueType.i64, mutable: true },
        initializer: i64Constant(0n),
      })),
      ...this.droppedSegments.map(() => ({ type: i32, initializer: i32Constant(0) })),
    ];
  }
}

/** Collects helper functions; their indices follow those of the module's own functions. */
class HelperSection {
  readonly helpers: Helper[] = [];
  private readonly initHelpers = new Map<number, number>();

  constructor(private readonly firstIndex: number) {}

  add(helper: Helper): number {
    return this.firstIndex + this.helpers.push(helper) - 1;
  }

  memoryInit(segment: number, make: () => Helper): number {
    const present = this.initHelpers.get(segment);
    if (present !== undefined) return present;
    const index = this.add(make());
    this.initHelpers.set(segment, index);
    return index;
  }
}

/** @returns the instructions that the IC charges compilation for */
function rewriteCode(module: WasmModule, globals: GlobalSection): number {
  const types: FunctionType[] = readTypes(module);
  const functions = readFunctions(module);
  const code = readCode(module);
  const section = new HelperSection(functionImports(readImports(module)).length + functions.length);
  const exhausted = section.add(exhaustedHelper(globals));
  const indices: HelperIndices = {
    exhausted,
    memorySize: section.add(memorySizeHelper()),
    memoryGrow: section.add(memoryGrowHelper(globals, readMemories(module)[0]?.maximum)),
    memoryCopy: section.add(memoryCopyHelper(globals, exhausted)),
    memoryFill: section.add(memoryFillHelper(globals, exhausted)),
    memoryInit: (segment) =>
      section.memoryInit(segment, () =>
        memoryInitHelper(globals, exhausted, segment, globals.droppedGlobal(segment)),
      ),
    droppedGlobal: (segment) => globals.droppedGlobal(segment),
  };
  const rewriter = new FunctionRewriter(code.bytes, globals, indices);
  const output = new CodeWriter(code.bytes.length * 2);
  for (const [position, body] of code.bodies.entries()) {
    const parameters = types[functions[position]!]!.parameters.length;
    output.add(rewriter.rewrite(body, parameters, globals.profileGlobal(position)));
  }
  for (const helper of section.helpers) {
    functions.push(internType(types, helper.type));
    output.add(helper.body);
  }
  writeTypes(module, types);
  writeFunctions(module, functions);
  output.store(module);
  return rewriter.compiledInstructions;
}

/** Makes room for the marks; a module without a memory gets an empty heap. @returns the canister's initial pages */
function moveMemory(module: WasmModule): number {
  const initialPages = readMemories(module)[0]?.minimum ?? 0;
  writeMemories(module, [{ minimum: initialPages + HEAP_BASE_PAGES, shared: false, wide: false }]);
  return initialPages;
}

/** Empties active segments, which keeps the indices of the others, and returns what they held. */
function takeActiveData(module: WasmModule): InitialData[] {
  const segments = readDataSegments(module);
  if (segments.length === 0) return [];
  const taken = segments.flatMap(({ active, bytes }) =>
    active ? [{ address: Number(BigInt.asUintN(32, active.offset.constant!)), bytes }] : [],
  );
  const empty = new Uint8Array(0);
  writeDataSegments(
    module,
    segments.map((segment) => (segment.active ? { bytes: empty } : segment)),
  );
  return taken;
}

/** Replaces the exports by the canister's entry points and what the replica reaches into. */
function exportInternals(module: WasmModule, globals: readonly Global[], added: GlobalSection): string[] {
  const exports: Export[] = readExports(module).filter(
    ({ kind, name }) => kind === 'function' && name.startsWith(ENTRY_POINT_PREFIX),
  );
  const globalExports: string[] = [];
  for (const [index, { type }] of globals.entries()) {
    if (!type.mutable) continue;
    const name = InstrumentedExport.globalPrefix + index;
    globalExports.push(name);
    exports.push({ name, kind: 'global', index });
  }
  exports.push(
    { name: InstrumentedExport.memory, kind: 'memory', index: 0 },
    { name: InstrumentedExport.counter, kind: 'global', index: added.counter },
    { name: InstrumentedExport.trapReason, kind: 'global', index: added.trapReason },
    { name: InstrumentedExport.heapLimit, kind: 'global', index: added.heapLimit },
    { name: InstrumentedExport.slice, kind: 'global', index: added.slice },
  );
  for (const position of added.profiled) {
    const name = InstrumentedExport.profilePrefix + position;
    exports.push({ name, kind: 'global', index: added.profileGlobal(position)! });
  }
  for (const segment of added.droppedSegments) {
    const name = InstrumentedExport.droppedPrefix + segment;
    exports.push({ name, kind: 'global', index: added.droppedGlobal(segment) });
  }
  if (readTables(module).length > 0) {
    exports.push({ name: InstrumentedExport.table, kind: 'table', index: 0 });
  }
  const start = readStart(module);
  if (start !== undefined) exports.push({ name: InstrumentedExport.start, kind: 'function', index: start });
  writeExports(module, exports);
  return globalExports;
}
