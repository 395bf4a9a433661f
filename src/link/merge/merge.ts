import {
  CodeWriter,
  type ElementSegment,
  type Export,
  functionReference,
  type Global,
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
  writeTypes,
} from '../../wasm';
import { LinkError } from '../errors';
import { writeFunctionNames } from '../output/names';
import { copyBody } from './copy-body';
import { findLive, type LiveSet, type Root } from './liveness';
import { defineMemoryAndTable, sharedImports } from './memory-and-table';
import { type Places, placeAll, TypePool } from './placement';
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
  const start = findStart(units);
  const roots = [...options.exports, ...(options.roots ?? []), ...(start ? [start] : [])];
  const live = findLive(units, roots, symbols);
  symbols.requireComplete();
  const types = new TypePool();
  const places = placeAll(units, live, symbols, types);
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
  if (start) output.setBody(SectionId.start, encodeIndex(places.indexOf(start.unit, start.index)));
  writeElementSegments(output, mergeElements(units, places));
  const segments = units.flatMap((unit) => unit.data);
  if (segments.some(({ active }) => !active)) output.setBody(SectionId.dataCount, new Uint8Array([0]));
  code.store(output);
  writeDataSegments(output, segments);
  writeFunctionNames(output, places.names);
  return output;
}

function findStart(units: readonly Unit[]): Root | undefined {
  const [first, second] = units.flatMap((unit) =>
    unit.start === undefined ? [] : [{ unit, index: unit.start }],
  );
  if (!second) return first;
  throw new LinkError(
    'unexpected-segment',
    `${second.unit.title} brings a second start function`,
    'A module has one: let attach() do that work',
  );
}

function encodeIndex(index: number): Uint8Array {
  const writer = new Writer(8);
  writer.u32(index);
  return writer.finish();
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
