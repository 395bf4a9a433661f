import {
  type FunctionType,
  functionImports,
  type Import,
  internType,
  Opcode,
  readFunctions,
  readImports,
  readTypes,
  ValueType,
  type WasmModule,
  Writer,
  writeFunctions,
  writeImports,
  writeTypes,
} from '../../wasm';
import { LinkError } from '../errors';
import { type AddressMap, WASM_PAGE } from '../native/address-map';
import type { EngineDescriptor, EngineNames } from './descriptor';

/** Module under which the engine imports what native code answers. */
export const NATIVE_MODULE = 'native';
/** Module under which the engine imports the one memory and the one table. */
export const HOST_MODULE = 'host';

/** The engine's import that ends the program, by its name without underscores. */
const ABORT = 'abort_js';

const BLOCKS = [ValueType.i32, ValueType.i32, ValueType.i32];

/** Type of SQL functions: context, number of arguments, arguments. */
export const SQL_FUNCTION: FunctionType = {
  parameters: [ValueType.i32, ValueType.i32, ValueType.i32],
  results: [],
};

/** Native functions that every relocated engine imports, behind its own imports and in this order. */
const HELPERS = {
  stackOverflow: { name: 'engine_stack_overflow', type: { parameters: [], results: [] } },
  memoryCopy: { name: 'engine_memory_copy', type: { parameters: BLOCKS, results: [] } },
  memoryFill: { name: 'engine_memory_fill', type: { parameters: BLOCKS, results: [] } },
  callFunction: {
    name: 'engine_call_function',
    type: { parameters: [...SQL_FUNCTION.parameters, ValueType.i32], results: [] },
  },
  memoryCompare: { name: 'engine_memory_compare', type: { parameters: BLOCKS, results: [ValueType.i32] } },
} as const satisfies Record<string, { readonly name: string; readonly type: FunctionType }>;

export type Helper = keyof typeof HELPERS;

const HELPER_NAMES = Object.keys(HELPERS) as Helper[];

/** Functions of the engine that native code does in fewer instructions, by C name; an engine that does not export one keeps its own. */
export const REPLACED: ReadonlyMap<string, Helper> = new Map([['memcmp', 'memoryCompare']]);

/** Function indices across the move: imports are added behind the engine's own, and relays become functions of the module. */
export interface Renumbering {
  /** New index of one of the engine's functions. */
  moved(index: number): number;
  helper(helper: Helper): number;
}

/**
 * Gives the engine's imports their real names, adds those of the helpers, of the memory and of the table, and lets relays end in
 * the engine's abort.
 * @param output the engine, of which imports, types and functions are rewritten
 * @param replaced functions of the engine, by index, whose callers then call a helper
 * @returns the new indices, and bodies to be appended to the code section
 */
export function rewriteBoundary(
  output: WasmModule,
  descriptor: EngineDescriptor,
  names: EngineNames,
  map: AddressMap,
  replaced: ReadonlyMap<number, Helper>,
): { readonly renumbering: Renumbering; readonly relayBodies: readonly Uint8Array[] } {
  const imports = readImports(output);
  const own = functionImports(imports);
  if (own.length !== imports.length) {
    throw new LinkError(
      'unexpected-import',
      'the engine imports more than functions',
      'The link knows engines that define their memory',
    );
  }
  const ownNames = own.map((entry) => importName(entry, names));
  const abort = ownNames.indexOf(ABORT);
  if (abort < 0) {
    throw new LinkError(
      'missing-symbol',
      `the engine does not import ${ABORT}`,
      'Name another end for relays in src/link/engine/boundary.ts',
    );
  }
  const types = readTypes(output);
  const functions = readFunctions(output);
  const relays = ownNames.flatMap((name, index) => (descriptor.isRelay(name) ? [index] : []));
  const firstRelay = own.length + HELPER_NAMES.length + functions.length;
  const helper = (name: Helper) => own.length + HELPER_NAMES.indexOf(name);
  const relayPlaces = new Map(relays.map((index, position) => [index, firstRelay + position]));
  writeImports(output, [
    ...own.map((entry, index) => ({ ...entry, module: NATIVE_MODULE, name: `engine_${ownNames[index]}` })),
    ...HELPER_NAMES.map((helperName): Import => {
      const { name, type } = HELPERS[helperName];
      return { kind: 'function', module: NATIVE_MODULE, name, typeIndex: internType(types, type) };
    }),
    ...sharedMemoryAndTable(map),
  ]);
  writeTypes(output, types);
  writeFunctions(output, [...functions, ...relays.map((index) => own[index]!.typeIndex)]);
  return {
    renumbering: {
      moved: (index) => {
        const replacement = replaced.get(index);
        if (replacement) return helper(replacement);
        return index < own.length ? (relayPlaces.get(index) ?? index) : index + HELPER_NAMES.length;
      },
      helper,
    },
    relayBodies: relays.map(() => abortBody(abort)),
  };
}

function importName(entry: Import, names: EngineNames): string {
  const name = names.imports.get(entry.name);
  if (name !== undefined) return name;
  throw new LinkError(
    'unexpected-import',
    `the engine imports ${entry.module}.${entry.name}, which its glue does not name`,
    'Extend readNames in the engine descriptor',
  );
}

function abortBody(abort: number): Uint8Array {
  const body = new Writer(8);
  body.u32(0);
  body.byte(Opcode.call);
  body.u32(abort);
  body.byte(Opcode.unreachable);
  body.byte(Opcode.end);
  return body.finish();
}

function sharedMemoryAndTable(map: AddressMap): Import[] {
  const size = (minimum: number) => ({ minimum, shared: false, wide: false });
  return [
    { kind: 'memory', module: HOST_MODULE, name: 'memory', limits: size(map.memoryEnd / WASM_PAGE) },
    {
      kind: 'table',
      module: HOST_MODULE,
      name: 'table',
      type: { elementType: ValueType.funcref, limits: size(map.nativeTableBase) },
    },
  ];
}
