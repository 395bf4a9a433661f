import {
  type CodeSection,
  type Export,
  type FunctionType,
  functionImports,
  functionTypeText,
  internType,
  readFunctions,
  readImports,
  readTypes,
  type WasmModule,
  writeFunctions,
  writeTypes,
} from '../../wasm';
import { isNarrowedFrom, widen } from './wide-integers';

/** Functions of the engine that native code imports, with the types by which it imports them, by C name. */
export type WantedFunctions = ReadonlyMap<string, FunctionType>;

export interface WideExports {
  readonly exports: readonly Export[];
  /** Bodies of functions that were added to the function section. */
  readonly adapters: readonly Uint8Array[];
}

/**
 * Exports with the types that native code wants, where the engine offers them narrowed to 32 bits; the others unchanged.
 * @param output module whose types and functions grow by the adapters'
 * @param engine the engine as it was read, by whose indices `code` and `exports` go
 * @param moved new index of a function
 */
export function widenExports(
  output: WasmModule,
  engine: WasmModule,
  code: CodeSection,
  exports: readonly Export[],
  wanted: WantedFunctions,
  upperHalf: number,
  moved: (index: number) => number,
): WideExports {
  const engineTypes = readTypes(engine);
  const typeIndices = [
    ...functionImports(readImports(engine)).map((entry) => entry.typeIndex),
    ...readFunctions(engine),
  ];
  const typeOf = (index: number) => engineTypes[typeIndices[index]!]!;
  const types = readTypes(output);
  const functions = readFunctions(output);
  const importCount = functionImports(readImports(output)).length;
  const adapters: Uint8Array[] = [];
  const widened = exports.map((entry): Export => {
    const type = wanted.get(entry.name);
    const offered = typeOf(entry.index);
    if (!type || functionTypeText(type) === functionTypeText(offered) || !isNarrowedFrom(offered, type)) {
      return { ...entry, index: moved(entry.index) };
    }
    const form = widen(code, typeIndices.length - code.bodies.length, entry.index, type, upperHalf, {
      typeOf,
      moved,
    });
    if (form.kind === 'target') return { ...entry, index: moved(form.index) };
    adapters.push(form.body);
    functions.push(internType(types, type));
    return { ...entry, index: importCount + functions.length - 1 };
  });
  writeTypes(output, types);
  writeFunctions(output, functions);
  return { exports: widened, adapters };
}
