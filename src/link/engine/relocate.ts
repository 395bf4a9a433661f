import {
  type CodeSection,
  CodeWriter,
  countLocals,
  type Export,
  type FunctionType,
  functionImports,
  functionReference,
  functionTypeText,
  type Import,
  InstructionReader,
  i32Constant,
  internType,
  MiscOpcode,
  Opcode,
  readCode,
  readDataSegments,
  readElementSegments,
  readExports,
  readFunctions,
  readGlobals,
  readImports,
  readMemories,
  readTables,
  readTypes,
  SectionId,
  ValueType,
  WasmModule,
  Writer,
  writeDataSegments,
  writeElementSegments,
  writeExports,
  writeFunctions,
  writeGlobals,
  writeImports,
  writeLocals,
  writeTypes,
} from '../../wasm';
import { LinkError } from '../errors';
import { type AddressMap, WASM_PAGE } from '../native/address-map';
import { writeFunctionNames } from '../output/names';
import type { EngineDescriptor, EngineNames } from './descriptor';
import { findReturnedGlobal } from './returned-global';
import { findStackChanges, type StackBounds, writeStackCheck } from './stack-guard';
import { isNarrowedFrom, widen } from './wide-integers';

/** Module under which the engine imports what native code answers. */
export const NATIVE_MODULE = 'native';
/** Module under which the engine and the native code import the one memory and the one table. */
export const HOST_MODULE = 'host';

/** The engine's import that ends the program. */
const ABORT = 'abort_js';

/** What every relocated engine imports besides its own imports, in this order behind them. */
const HELPERS = {
  stackOverflow: { name: 'engine_stack_overflow', type: { parameters: [], results: [] } },
  memoryCopy: {
    name: 'engine_memory_copy',
    type: { parameters: [ValueType.i32, ValueType.i32, ValueType.i32], results: [] },
  },
  memoryFill: {
    name: 'engine_memory_fill',
    type: { parameters: [ValueType.i32, ValueType.i32, ValueType.i32], results: [] },
  },
} as const;

export interface RelocatedEngine {
  readonly bytes: Uint8Array;
  /** How often each kind of stack pointer change occurs. */
  readonly stackChanges: { readonly frame: number; readonly release: number; readonly computed: number };
}

/** Size of the engine's own table, by which the address map is laid out. */
export function engineTableSize(module: WasmModule): number {
  const tables = readTables(module);
  if (tables.length !== 1) {
    throw new LinkError(
      'unexpected-table',
      `the engine defines ${tables.length} tables`,
      'The link knows engines with one',
    );
  }
  return tables[0]!.limits.minimum;
}

/** Functions of the engine that native code imports, with the types by which it imports them, by C name. */
export type WantedFunctions = ReadonlyMap<string, FunctionType>;

/**
 * Moves an engine that was linked to run alone into its place in the shared memory and table:
 * every memory access, data segment, table element and indirect call is displaced by a constant, the stack goes to the arena's
 * top under guard, the memory's size is what the heap may use, and imports and exports get their real names and types.
 */
export function relocateEngine(
  engine: WasmModule,
  descriptor: EngineDescriptor,
  names: EngineNames,
  map: AddressMap,
  wanted: WantedFunctions,
): RelocatedEngine {
  const imports = readImports(engine);
  const imported = functionImports(imports).length;
  if (imported !== imports.length) {
    throw new LinkError(
      'unexpected-import',
      'the engine imports more than functions',
      'The link knows engines that define their memory',
    );
  }
  const code = readCode(engine);
  const named = namedExports(engine, names);
  const stackPointer = findReturnedGlobal(code, named, descriptor.stack.current, imported);
  const upperHalf = findReturnedGlobal(code, named, descriptor.upperHalf, imported);
  const bounds: StackBounds = {
    stackPointer,
    low: map.stackLow,
    size: map.stackSize,
    redZone: descriptor.stack.redZone,
  };
  const defined = code.bodies.length;
  const shift = Object.keys(HELPERS).length;
  const relays = imports.flatMap((entry, index) =>
    descriptor.isRelay(names.imports.get(entry.name) ?? '') ? [index] : [],
  );
  const relayPlaces = new Map(
    relays.map((index, position) => [index, imported + shift + defined + position]),
  );
  const shifted = (index: number) => (index < imported ? (relayPlaces.get(index) ?? index) : index + shift);
  const move: CodeMove = { map, bounds, imported, shifted };

  const output = WasmModule.parse(engine.encode());
  rewriteImports(output, imports, names, map);
  removeOwnMemoryAndTable(output);
  moveStackPointer(output, stackPointer, map);
  moveElements(output, map, shifted);
  moveData(output, map);
  const abort = imports.findIndex((entry) => names.imports.get(entry.name) === ABORT);
  const relayBodies = endRelays(output, relays, abort);
  const wide = widenExports(output, code, named, { wanted, upperHalf, imported, shifted });
  const stackChanges = rewriteCode(output, code, move, [
    ...relayBodies,
    ...wide.adapters.map((adapter) => shiftCalls(adapter, move)),
  ]);
  writeExports(output, wide.exports);
  output.filterCustom(() => false);
  writeFunctionNames(output, new Map(wide.exports.map((entry) => [entry.index, entry.name])));
  return { bytes: output.encode(), stackChanges };
}

/** Adds a function for every relay, with its type, that aborts; returns their bodies. */
function endRelays(output: WasmModule, relays: readonly number[], abort: number): Uint8Array[] {
  if (abort < 0) {
    throw new LinkError(
      'missing-symbol',
      `the engine does not import ${ABORT}`,
      'Name another end for relays in src/link/engine/relocate.ts',
    );
  }
  const importTypes = functionImports(readImports(output)).map((entry) => entry.typeIndex);
  writeFunctions(output, [...readFunctions(output), ...relays.map((index) => importTypes[index]!)]);
  const body = new Writer(8);
  body.u32(0);
  body.byte(Opcode.call);
  body.u32(abort);
  body.byte(Opcode.unreachable);
  body.byte(Opcode.end);
  return relays.map(() => body.finish());
}

function namedExports(engine: WasmModule, names: EngineNames): Export[] {
  return readExports(engine).flatMap((entry) => {
    const name = names.exports.get(entry.name);
    return entry.kind === 'function' && name !== undefined ? [{ ...entry, name }] : [];
  });
}

interface Widening {
  readonly wanted: WantedFunctions;
  readonly upperHalf: number;
  readonly imported: number;
  readonly shifted: (functionIndex: number) => number;
}

/** Exports with the types that native code wants, and the bodies of the functions that this adds to the module. */
function widenExports(
  output: WasmModule,
  code: CodeSection,
  exports: readonly Export[],
  { wanted, upperHalf, imported, shifted }: Widening,
): { readonly exports: Export[]; readonly adapters: readonly Uint8Array[] } {
  const types = readTypes(output);
  const functionTypes = readFunctions(output);
  const importTypes = functionImports(readImports(output)).map((entry) => entry.typeIndex);
  const typeOf = (index: number) =>
    types[index < imported ? importTypes[index]! : functionTypes[index - imported]!]!;
  const adapters: Uint8Array[] = [];
  const widened = exports.map((entry): Export => {
    const type = wanted.get(entry.name);
    const offered = typeOf(entry.index);
    if (!type || functionTypeText(type) === functionTypeText(offered) || !isNarrowedFrom(offered, type)) {
      return { ...entry, index: shifted(entry.index) };
    }
    const form = widen(code, imported, entry.index, type, upperHalf, typeOf);
    if (form.kind === 'target') return { ...entry, index: shifted(form.index) };
    functionTypes.push(internType(types, type));
    adapters.push(form.body);
    return { ...entry, index: shifted(imported + functionTypes.length - 1) };
  });
  writeTypes(output, types);
  writeFunctions(output, functionTypes);
  return { exports: widened, adapters };
}

function rewriteImports(
  output: WasmModule,
  imports: readonly Import[],
  names: EngineNames,
  map: AddressMap,
): void {
  const types = readTypes(output);
  const renamed = imports.map((entry): Import => {
    const name = names.imports.get(entry.name);
    if (name === undefined) {
      throw new LinkError(
        'unexpected-import',
        `the engine imports ${entry.module}.${entry.name}, which its glue does not name`,
        'Extend readNames in the engine descriptor',
      );
    }
    return { ...entry, module: NATIVE_MODULE, name: `engine_${name}` };
  });
  const helpers = Object.values(HELPERS).map(
    ({ name, type }): Import => ({
      kind: 'function',
      module: NATIVE_MODULE,
      name,
      typeIndex: internType(types, type),
    }),
  );
  writeTypes(output, types);
  writeImports(output, [...renamed, ...helpers, ...sharedMemoryAndTable(map)]);
}

function sharedMemoryAndTable(map: AddressMap): Import[] {
  return [
    {
      kind: 'memory',
      module: HOST_MODULE,
      name: 'memory',
      limits: { minimum: map.arenaEnd / WASM_PAGE, shared: false, wide: false },
    },
    {
      kind: 'table',
      module: HOST_MODULE,
      name: 'table',
      type: {
        elementType: ValueType.funcref,
        limits: { minimum: map.nativeTableBase, shared: false, wide: false },
      },
    },
  ];
}

function removeOwnMemoryAndTable(output: WasmModule): void {
  const memories = readMemories(output);
  if (memories.length !== 1) {
    throw new LinkError(
      'unexpected-memory',
      `the engine defines ${memories.length} memories`,
      'The link knows engines with one',
    );
  }
  output.remove(SectionId.memory);
  output.remove(SectionId.table);
}

function moveStackPointer(output: WasmModule, stackPointer: number, map: AddressMap): void {
  const globals = readGlobals(output);
  const moved = globals.map((global, index) =>
    index === stackPointer ? { ...global, initializer: i32Constant(map.arenaSize) } : global,
  );
  writeGlobals(output, moved);
}

function moveElements(output: WasmModule, map: AddressMap, shifted: (index: number) => number): void {
  const segments = readElementSegments(output).map((segment) => {
    const offset = segment.active?.offset.constant;
    if (segment.active?.target !== 0 || offset === undefined) {
      throw new LinkError(
        'unexpected-segment',
        'the engine has a table segment without a constant place',
        'Refuse this engine build',
      );
    }
    const elements = segment.elements.map((element) => {
      if (element.functionIndex === undefined) {
        throw new LinkError(
          'unexpected-segment',
          'a table element of the engine is no function',
          'Refuse this engine build',
        );
      }
      return functionReference(shifted(element.functionIndex));
    });
    return {
      ...segment,
      elements,
      active: { target: 0, offset: i32Constant(Number(offset) + map.engineTableBase) },
    };
  });
  writeElementSegments(output, segments);
}

function moveData(output: WasmModule, map: AddressMap): void {
  const segments = readDataSegments(output).map((segment) => {
    const offset = segment.active?.offset.constant;
    if (segment.active?.target !== 0 || offset === undefined) {
      throw new LinkError(
        'unexpected-segment',
        'the engine has a data segment without a constant place',
        'Refuse this engine build',
      );
    }
    return { ...segment, active: { target: 0, offset: i32Constant(Number(offset) + map.engineBase) } };
  });
  writeDataSegments(output, segments);
}

interface CodeMove {
  readonly map: AddressMap;
  readonly bounds: StackBounds;
  /** Number of functions that the engine itself imports; the helpers follow them. */
  readonly imported: number;
  readonly shifted: (functionIndex: number) => number;
}

function rewriteCode(
  output: WasmModule,
  code: CodeSection,
  move: CodeMove,
  appended: readonly Uint8Array[],
): RelocatedEngine['stackChanges'] {
  const types = readTypes(output);
  const functionTypes = readFunctions(output);
  const count = { frame: 0, release: 0, computed: 0 };
  const section = new CodeWriter(code.bytes.length * 2);
  const writer = new Writer(1 << 20);
  code.bodies.forEach((body, position) => {
    const changes = findStackChanges(code, body, move.bounds);
    let needsScratch = false;
    for (const { kind } of changes.values()) {
      count[kind]++;
      needsScratch ||= kind === 'computed';
    }
    const parameters = types[functionTypes[position]!]!.parameters.length;
    const scratch = parameters + countLocals(body);
    writer.clear();
    writeLocals(writer, needsScratch ? [...body.locals, { count: 1, type: ValueType.i32 }] : body.locals);
    let copied = body.instructions;
    const instruction = new InstructionReader(code.bytes, body.instructions, body.end);
    while (instruction.next()) {
      const change = instruction.opcode === Opcode.globalSet ? changes.get(instruction.start) : undefined;
      if (!change && !needsRewriting(instruction)) continue;
      writer.range(code.bytes, copied, instruction.start);
      copied = instruction.end;
      if (!change) {
        rewriteInstruction(writer, code.bytes, instruction, move);
        continue;
      }
      const local = change.kind === 'frame' ? change.local : scratch;
      if (change.kind === 'computed') {
        writer.byte(Opcode.localTee);
        writer.u32(scratch);
      }
      writer.range(code.bytes, instruction.start, instruction.end);
      writeStackCheck(writer, change, local, move.bounds, move.imported + HELPER_INDEX.stackOverflow);
    }
    writer.range(code.bytes, copied, body.end);
    section.add(writer.view());
  });
  for (const body of appended) section.add(body);
  section.store(output);
  return count;
}

/** An adapter's body with its calls put through the renumbering of the module that it joins. */
function shiftCalls(body: Uint8Array, move: CodeMove): Uint8Array {
  const writer = new Writer(body.length + 8);
  const instruction = new InstructionReader(body, 1, body.length);
  let copied = 0;
  while (instruction.next()) {
    if (instruction.opcode !== Opcode.call) continue;
    writer.range(body, copied, instruction.start);
    rewriteInstruction(writer, body, instruction, move);
    copied = instruction.end;
  }
  writer.range(body, copied, body.length);
  return writer.finish();
}

const HELPER_INDEX = { stackOverflow: 0, memoryCopy: 1, memoryFill: 2 } as const;

function needsRewriting({ opcode, memoryArgument }: InstructionReader): boolean {
  switch (opcode) {
    case Opcode.call:
    case Opcode.returnCall:
    case Opcode.refFunc:
    case Opcode.callIndirect:
    case Opcode.returnCallIndirect:
    case Opcode.memorySize:
    case Opcode.memoryGrow:
    case Opcode.tableGet:
    case Opcode.tableSet:
    case Opcode.miscPrefix:
    case Opcode.simdPrefix:
      return true;
    default:
      return memoryArgument >= 0;
  }
}

function rewriteInstruction(
  writer: Writer,
  bytes: Uint8Array,
  instruction: InstructionReader,
  move: CodeMove,
): void {
  const { map } = move;
  switch (instruction.opcode) {
    case Opcode.call:
    case Opcode.returnCall:
    case Opcode.refFunc:
      writer.byte(instruction.opcode);
      writer.u32(move.shifted(instruction.index));
      return;
    case Opcode.callIndirect:
    case Opcode.returnCallIndirect:
      writer.byte(Opcode.i32Const);
      writer.s32(map.engineTableBase);
      writer.byte(Opcode.i32Add);
      writer.range(bytes, instruction.start, instruction.end);
      return;
    case Opcode.memorySize:
      writer.byte(Opcode.i32Const);
      writer.s32(map.stackLow / WASM_PAGE);
      return;
    case Opcode.miscPrefix:
      rewriteBulk(writer, bytes, instruction, move);
      return;
    case Opcode.memoryGrow:
    case Opcode.tableGet:
    case Opcode.tableSet:
    case Opcode.simdPrefix:
      return refuse(instruction);
    default:
      writer.byte(instruction.opcode);
      writer.u32(instruction.alignment);
      writer.u32(instruction.offset + map.engineBase);
  }
}

function rewriteBulk(
  writer: Writer,
  bytes: Uint8Array,
  instruction: InstructionReader,
  move: CodeMove,
): void {
  const { subOpcode } = instruction;
  if (subOpcode < MiscOpcode.memoryInit) {
    writer.range(bytes, instruction.start, instruction.end);
    return;
  }
  if (subOpcode !== MiscOpcode.memoryCopy && subOpcode !== MiscOpcode.memoryFill) refuse(instruction);
  const helper = subOpcode === MiscOpcode.memoryCopy ? HELPER_INDEX.memoryCopy : HELPER_INDEX.memoryFill;
  writer.byte(Opcode.call);
  writer.u32(move.imported + helper);
}

function refuse(instruction: InstructionReader): never {
  throw new LinkError(
    'unsupported-instruction',
    `the engine uses ${instruction.name}, which cannot be relocated`,
    'Choose an engine build without it',
  );
}
