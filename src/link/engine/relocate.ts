import { isDeepStrictEqual } from 'node:util';
import {
  type Export,
  functionImports,
  i32Constant,
  readCode,
  readDataSegments,
  readExports,
  readFunctions,
  readGlobals,
  readImports,
  readMemories,
  readTables,
  readTypes,
  SectionId,
  WasmModule,
  writeExports,
  writeGlobals,
} from '../../wasm';
import { LinkError } from '../errors';
import type { AddressMap, EngineLayout } from '../native/address-map';
import { writeFunctionNames } from '../output/names';
import { REPLACED, rewriteBoundary, SQL_FUNCTION } from './boundary';
import type { EngineDescriptor, EngineNames } from './descriptor';
import { moveCode, type StackChangeCounts } from './move-code';
import { moveData, moveElements } from './move-segments';
import { findReturnedGlobal } from './returned-global';
import { type WantedFunctions, widenExports } from './wide-exports';

export interface RelocatedEngine {
  readonly bytes: Uint8Array;
  readonly stackChanges: StackChangeCounts;
}

/** What the address map is laid out by. */
export function readEngineLayout(
  engine: WasmModule,
  descriptor: EngineDescriptor,
  names: EngineNames,
): EngineLayout {
  const tables = readTables(engine);
  if (tables.length !== 1) {
    throw new LinkError(
      'unexpected-table',
      `the engine defines ${tables.length} tables`,
      'The link knows engines with one',
    );
  }
  // Emscripten lays out static data, the stack, the heap, in this order: the heap begins where the stack does.
  const heapBase = readGlobals(engine)[findStackPointer(engine, descriptor, names)]!.initializer.constant;
  const dataEnd = Math.max(
    0,
    ...readDataSegments(engine).map(({ active, bytes }) => Number(active?.offset.constant) + bytes.length),
  );
  if (heapBase === undefined || Number(heapBase) - descriptor.stack.bytes < dataEnd) {
    throw new LinkError(
      'unexpected-memory',
      `the engine's stack begins at ${heapBase}, below the end of its static data at ${dataEnd}`,
      'The link knows engines whose stack lies behind their static data',
    );
  }
  return {
    tableSize: tables[0]!.limits.minimum,
    heapBase: Number(heapBase),
    stackBytes: descriptor.stack.bytes,
  };
}

function findStackPointer(engine: WasmModule, descriptor: EngineDescriptor, names: EngineNames): number {
  const imported = functionImports(readImports(engine)).length;
  return findReturnedGlobal(
    readCode(engine),
    namedExports(engine, names),
    descriptor.stack.current,
    imported,
  );
}

/**
 * Moves an engine that was linked to run alone into its place in the shared memory and table: every memory access, data segment,
 * table element and indirect call is displaced by a constant, the stack gets another place under guard, the memory's size is what the
 * C library's heap may use, and imports and exports get their real names and types.
 */
export function relocateEngine(
  engine: WasmModule,
  descriptor: EngineDescriptor,
  names: EngineNames,
  map: AddressMap,
  wanted: WantedFunctions,
): RelocatedEngine {
  const imported = functionImports(readImports(engine)).length;
  const code = readCode(engine);
  const named = namedExports(engine, names);
  const stackPointer = findStackPointer(engine, descriptor, names);
  const upperHalf = findReturnedGlobal(code, named, descriptor.upperHalf, imported);
  const types = readTypes(engine);
  const parameterCounts = readFunctions(engine).map((type) => types[type]!.parameters.length);

  const output = WasmModule.parse(engine.encode());
  const replaced = new Map(
    named.flatMap(({ name, index }) => {
      const helper = REPLACED.get(name);
      return helper ? [[index, helper] as const] : [];
    }),
  );
  const { renumbering, relayBodies } = rewriteBoundary(output, descriptor, names, map, replaced);
  removeOwnMemoryAndTable(output);
  moveStackPointer(output, stackPointer, map);
  moveElements(output, map.engineTableBase, renumbering.moved);
  moveData(output, map.engineBase);
  const wide = widenExports(output, engine, code, named, wanted, upperHalf, renumbering.moved);
  const bounds = {
    stackPointer,
    low: map.stackLow + map.stackReserve,
    size: map.stackSize - map.stackReserve,
    redZone: descriptor.stack.redZone,
  };
  const sqlFunctionType = types.findIndex((type) => isDeepStrictEqual(type, SQL_FUNCTION));
  const stackChanges = moveCode(
    output,
    code,
    parameterCounts,
    { map, imported, bounds, renumbering, sqlFunctionType },
    [...relayBodies, ...wide.adapters],
  );
  writeExports(output, wide.exports);
  output.filterCustom(() => false);
  writeFunctionNames(output, new Map(wide.exports.map((entry) => [entry.index, entry.name])));
  return { bytes: output.encode(), stackChanges };
}

function namedExports(engine: WasmModule, names: EngineNames): Export[] {
  return readExports(engine).flatMap((entry) => {
    const name = names.exports.get(entry.name);
    return entry.kind === 'function' && name !== undefined ? [{ ...entry, name }] : [];
  });
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
    index === stackPointer ? { ...global, initializer: i32Constant(map.stackLow + map.stackSize) } : global,
  );
  writeGlobals(output, moved);
}
