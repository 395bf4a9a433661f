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
  settleHelper,
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
  const { compiledInstructions, settle } = rewriteCode(module, addedGlobals);
  writeGlobals(module, [...globals, ...addedGlobals.definitions()]);
  const initialPages = moveMemory(module);
  const initialData = takeActiveData(module);
  const globalExports = exportInternals(module, globals, addedGlobals, settle);
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

const INTEGER_32 = { valueType: ValueType.i32, mutable: true };
const INTEGER_64 = { valueType: ValueType.i64, mutable: true };

/** Globals that there is one of, in index order. Their exports are the `InstrumentedExport`s of the same names. */
const SINGLE_GLOBALS: Readonly<Record<keyof AddedGlobals, Global>> = {
  counter: { type: INTEGER_64, initializer: i64Constant(0n) },
  reserve: { type: INTEGER_64, initializer: i64Constant(0n) },
  accessed: { type: INTEGER_32, initializer: i32Constant(0) },
  written: { type: INTEGER_32, initializer: i32Constant(0) },
  accessPrice: { type: INTEGER_64, initializer: i64Constant(0n) },
  writePrice: { type: INTEGER_64, initializer: i64Constant(0n) },
  trapReason: { type: INTEGER_32, initializer: i32Constant(TrapReason.none) },
  heapLimit: { type: INTEGER_32, initializer: i32Constant(MAXIMUM_HEAP_PAGES) },
  slice: { type: INTEGER_64, initializer: i64Constant(1n) },
};

const SINGLE_NAMES = Object.keys(SINGLE_GLOBALS) as (keyof AddedGlobals)[];

/** The globals that follow the module's own: the single ones, the profile's, then one for each data segment that is initialised from. */
class GlobalSection {
  readonly single: AddedGlobals;
  /** Positions of the functions that are profiled. */
  readonly profiled: readonly number[];
  readonly droppedSegments: number[] = [];
  private readonly firstProfiled: number;

  constructor(present: number, profiledFunctions: number) {
    this.single = Object.fromEntries(
      SINGLE_NAMES.map((name, position) => [name, present + position]),
    ) as unknown as AddedGlobals;
    this.firstProfiled = present + SINGLE_NAMES.length;
    this.profiled = Array.from({ length: profiledFunctions }, (_, position) => position);
  }

  /** Index of the global that counts the instructions of a defined function; undefined without a profile. */
  profileGlobal(position: number): number | undefined {
    return this.profiled.length > 0 ? this.firstProfiled + position : undefined;
  }

  droppedGlobal(segment: number): number {
    const known = this.droppedSegments.indexOf(segment);
    return (
      this.firstProfiled +
      this.profiled.length +
      (known >= 0 ? known : this.droppedSegments.push(segment) - 1)
    );
  }

  definitions(): Global[] {
    return [
      ...Object.values(SINGLE_GLOBALS),
      ...this.profiled.map(() => ({ type: INTEGER_64, initializer: i64Constant(0n) })),
      ...this.droppedSegments.map(() => ({ type: INTEGER_32, initializer: i32Constant(0) })),
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

/** @returns the instructions that the IC charges compilation for, and the index of the helper that charges touches */
function rewriteCode(module: WasmModule, globals: GlobalSection) {
  const { single } = globals;
  const types: FunctionType[] = readTypes(module);
  const functions = readFunctions(module);
  const code = readCode(module);
  const section = new HelperSection(functionImports(readImports(module)).length + functions.length);
  const settle = section.add(settleHelper(single));
  const exhausted = section.add(exhaustedHelper(single, settle));
  const counterHelpers = { settle, exhausted };
  const indices: HelperIndices = {
    exhausted,
    memorySize: section.add(memorySizeHelper()),
    memoryGrow: section.add(memoryGrowHelper(single, settle, readMemories(module)[0]?.maximum)),
    memoryCopy: section.add(memoryCopyHelper(single, counterHelpers)),
    memoryFill: section.add(memoryFillHelper(single, counterHelpers)),
    memoryInit: (segment) =>
      section.memoryInit(segment, () =>
        memoryInitHelper(single, counterHelpers, segment, globals.droppedGlobal(segment)),
      ),
    droppedGlobal: (segment) => globals.droppedGlobal(segment),
  };
  const rewriter = new FunctionRewriter(code.bytes, single, indices);
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
  return { compiledInstructions: rewriter.compiledInstructions, settle };
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
function exportInternals(
  module: WasmModule,
  globals: readonly Global[],
  added: GlobalSection,
  settle: number,
): string[] {
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
    { name: InstrumentedExport.settle, kind: 'function', index: settle },
  );
  for (const name of SINGLE_NAMES) {
    exports.push({ name: InstrumentedExport[name], kind: 'global', index: added.single[name] });
  }
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
