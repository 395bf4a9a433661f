import {
  CodeWriter,
  type ElementSegment,
  type Export,
  type FunctionType,
  functionReference,
  functionTypeText,
  type Global,
  type Import,
  SectionId,
  WasmModule,
  Writer,
  writeDataSegments,
  writeElementSegments,
  writeExports,
  writeFunctions,
  writeGlobals,
  writeImports,
  writeLocals,
  writeMemories,
  writeTables,
  writeTypes,
} from '../../wasm';
import { LinkError } from '../errors';
import { writeFunctionNames } from '../output/names';
import { copyBody } from './copy-body';
import { externalKey, findLive, type LiveSet, type Root } from './liveness';
import { SymbolTable } from './symbols';
import { functionType, type Unit } from './unit';

export interface MergeOptions {
  /** Import modules that stay imports of the result. */
  readonly externals: ReadonlySet<string>;
  /** What the result exports. Only these, `roots` and the table keep a function alive. */
  readonly exports: readonly MergedExport[];
  /** Functions to keep for a later step, which finds them by their debug names. */
  readonly roots?: readonly Root[];
}

export interface MergedExport extends Root {
  readonly name: string;
}

const EMPTY_MODULE = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/**
 * Joins units into one module: imports between them become direct calls, what no root and no table element reaches is left out, and
 * at most one unit brings the memory and the table (the others import them from it, or the result does from outside).
 */
export function mergeUnits(units: readonly Unit[], options: MergeOptions): WasmModule {
  const symbols = new SymbolTable(units, options.externals);
  const live = findLive(units, [...options.exports, ...(options.roots ?? [])], symbols);
  symbols.requireComplete();
  const types = new TypePool();
  const places = placeFunctions(units, live, symbols, types);
  const output = WasmModule.parse(EMPTY_MODULE);

  const code = new CodeWriter(1 << 22);
  const typeIndices: number[] = [];
  const writer = new Writer(1 << 20);
  units.forEach((unit) => {
    const imported = unit.importedFunctions.length;
    const renumbering = {
      functionIndex: (index: number) => places.indexOf(unit, index),
      typeIndex: (index: number) => types.indexOf(unit.types[index]!),
      globalIndex: (index: number) => places.globals.get(unit)!.get(index)!,
      segmentIndex: (index: number) => places.firstSegment.get(unit)! + index,
    };
    for (const index of places.order.get(unit)!) {
      const body = unit.code.bodies[index - imported]!;
      typeIndices.push(types.indexOf(functionType(unit, index)));
      writer.clear();
      writeLocals(writer, body.locals);
      copyBody(writer, unit.code.bytes, body, renumbering);
      code.add(writer.view());
    }
  });

  writeTypes(output, types.list);
  writeImports(output, [...places.imports, ...sharedImports(units)]);
  writeFunctions(output, typeIndices);
  defineMemoryAndTable(output, units);
  writeGlobals(output, liveGlobals(units, live));
  writeExports(
    output,
    options.exports.map(
      ({ unit, index, name }): Export => ({ name, kind: 'function', index: places.indexOf(unit, index) }),
    ),
  );
  writeElementSegments(output, mergeElements(units, places));
  const segments = units.flatMap((unit) => unit.data);
  if (segments.some(({ active }) => !active)) output.setBody(SectionId.dataCount, new Uint8Array([0]));
  code.store(output);
  writeDataSegments(output, segments);
  writeFunctionNames(output, places.names);
  return output;
}

/** @throws LinkError when the unit has no function of that name */
export function requireSymbol(unit: Unit, symbol: string): number {
  const index = unit.symbols.get(symbol);
  if (index !== undefined) return index;
  throw new LinkError(
    'missing-symbol',
    `${unit.title} does not export ${symbol}`,
    `The link needs it: provide it in ${unit.title}`,
  );
}

/** Types of the result, equal ones once. */
class TypePool {
  readonly list: FunctionType[] = [];
  private readonly byText = new Map<string, number>();
  private readonly known = new WeakMap<FunctionType, number>();

  indexOf(type: FunctionType): number {
    const known = this.known.get(type);
    if (known !== undefined) return known;
    const text = functionTypeText(type);
    const index = this.byText.get(text) ?? this.list.push(type) - 1;
    this.byText.set(text, index);
    this.known.set(type, index);
    return index;
  }
}

interface Places {
  readonly imports: readonly Import[];
  /** Live defined functions of a unit, in their order in the result. */
  readonly order: ReadonlyMap<Unit, readonly number[]>;
  readonly globals: ReadonlyMap<Unit, ReadonlyMap<number, number>>;
  readonly firstSegment: ReadonlyMap<Unit, number>;
  readonly names: ReadonlyMap<number, string>;
  indexOf(unit: Unit, index: number): number;
}

function placeFunctions(
  units: readonly Unit[],
  live: LiveSet,
  symbols: SymbolTable,
  types: TypePool,
): Places {
  const imports: Import[] = [];
  const externalIndex = new Map<string, number>();
  const names = new Map<number, string>();
  for (const unit of units) {
    for (const entry of unit.importedFunctions) {
      const key = `${entry.module}.${entry.name}`;
      if (!live.externals.has(key) || externalIndex.has(key)) continue;
      externalIndex.set(key, imports.length);
      names.set(imports.length, key);
      imports.push({ ...entry, typeIndex: types.indexOf(unit.types[entry.typeIndex]!) });
    }
  }
  const order = new Map<Unit, number[]>();
  const definedIndex = new Map<Unit, Map<number, number>>();
  const globals = new Map<Unit, Map<number, number>>();
  const firstSegment = new Map<Unit, number>();
  let nextFunction = imports.length;
  let nextGlobal = 0;
  let nextSegment = 0;
  for (const unit of units) {
    const indices = [...live.functions.get(unit)!].sort((left, right) => left - right);
    order.set(unit, indices);
    const placed = new Map<number, number>();
    for (const index of indices) {
      const name = unit.names.get(index);
      if (name !== undefined) names.set(nextFunction, name);
      placed.set(index, nextFunction++);
    }
    definedIndex.set(unit, placed);
    const used = [...live.globals.get(unit)!].sort((left, right) => left - right);
    globals.set(unit, new Map(used.map((index) => [index, nextGlobal++])));
    firstSegment.set(unit, nextSegment);
    nextSegment += unit.data.length;
  }
  const indexOf = (unit: Unit, index: number): number => {
    const target = symbols.resolve(unit, index);
    return target.kind === 'external'
      ? externalIndex.get(externalKey(target))!
      : definedIndex.get(target.unit)!.get(target.index)!;
  };
  return { imports, order, globals, firstSegment, names, indexOf };
}

function liveGlobals(units: readonly Unit[], live: LiveSet): Global[] {
  return units.flatMap((unit) => unit.globals.filter((_, index) => live.globals.get(unit)!.has(index)));
}

function mergeElements(units: readonly Unit[], places: Places): ElementSegment[] {
  return units.flatMap((unit) =>
    unit.elements.map((segment) => ({
      ...segment,
      elements: segment.elements.map((element) =>
        element.functionIndex === undefined
          ? element
          : functionReference(places.indexOf(unit, element.functionIndex)),
      ),
    })),
  );
}

function defineMemoryAndTable(output: WasmModule, units: readonly Unit[]): void {
  const memories = units.flatMap((unit) => unit.memories);
  const tables = units.flatMap((unit) => unit.tables);
  const [secondMemory] = units.filter((unit) => unit.memories.length > 0).slice(1);
  if (memories.length > 1) {
    throw new LinkError(
      'unexpected-memory',
      `${(secondMemory ?? units[0])!.title} brings a second memory`,
      'A canister has one: import it from the host',
    );
  }
  const [secondTable] = units.filter((unit) => unit.tables.length > 0).slice(1);
  if (tables.length > 1) {
    throw new LinkError(
      'unexpected-table',
      `${(secondTable ?? units[0])!.title} brings a second table`,
      'A canister has one: import it from the host',
    );
  }
  if (memories.length > 0) writeMemories(output, memories);
  if (tables.length > 0) writeTables(output, tables);
}

/** Imports of memory and table that no unit satisfies: one of each, as large as the largest that is asked for. */
function sharedImports(units: readonly Unit[]): Import[] {
  const shared: Import[] = [];
  const largest = (size: (entry: Import) => number, entries: readonly Import[]) =>
    entries.toSorted((left, right) => size(right) - size(left)).slice(0, 1);
  const entries = units.flatMap((unit) => unit.imports);
  if (units.every((unit) => unit.memories.length === 0)) {
    const size = (entry: Import) => (entry.kind === 'memory' ? entry.limits.minimum : 0);
    shared.push(
      ...largest(
        size,
        entries.filter(({ kind }) => kind === 'memory'),
      ),
    );
  }
  if (units.every((unit) => unit.tables.length === 0)) {
    const size = (entry: Import) => (entry.kind === 'table' ? entry.type.limits.minimum : 0);
    shared.push(
      ...largest(
        size,
        entries.filter(({ kind }) => kind === 'table'),
      ),
    );
  }
  return shared;
}
