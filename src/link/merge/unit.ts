import {
  type CodeSection,
  type DataSegment,
  type ElementSegment,
  type Export,
  type FunctionImport,
  type FunctionType,
  functionImports,
  type Global,
  type Import,
  type Limits,
  readCode,
  readDataSegments,
  readElementSegments,
  readExports,
  readFunctions,
  readGlobals,
  readImports,
  readMemories,
  readNames,
  readStart,
  readTables,
  readTypes,
  type TableType,
  WasmModule,
} from '../../wasm';
import { LinkError } from '../errors';

/** A function of another unit, or of the outside, as import entries name it. */
export interface SymbolName {
  readonly module: string;
  readonly name: string;
}

/** A module that takes part in a link, decoded once. */
export interface Unit {
  /** Name by which messages call it. */
  readonly title: string;
  /** Import module names under which the other units find this one's symbols. */
  readonly provides: readonly string[];
  /** Functions that it offers by name. */
  readonly symbols: ReadonlyMap<string, number>;
  /** Functions whose every use goes to another symbol instead. */
  readonly redirects: ReadonlyMap<number, SymbolName>;
  readonly types: readonly FunctionType[];
  readonly importedFunctions: readonly FunctionImport[];
  readonly imports: readonly Import[];
  /** Type indices of the defined functions. */
  readonly functionTypes: readonly number[];
  readonly code: CodeSection;
  readonly memories: readonly Limits[];
  readonly tables: readonly TableType[];
  readonly globals: readonly Global[];
  readonly exports: readonly Export[];
  readonly elements: readonly ElementSegment[];
  readonly data: readonly DataSegment[];
  /** Function that runs when the module is instantiated; on the IC, once per installed module. */
  readonly start: number | undefined;
  /** Debug names by function index. */
  readonly names: ReadonlyMap<number, string>;
}

export interface UnitOptions {
  readonly title: string;
  readonly provides: readonly string[];
  /** Offers every function that has a debug name, besides the exports. */
  readonly offersDebugNames?: boolean;
  /** Functions, by name (`module.name` for an imported one), whose every use goes to another symbol. */
  readonly redirects?: ReadonlyMap<string, SymbolName>;
}

export function readUnit(bytes: Uint8Array, options: UnitOptions): Unit {
  const module = WasmModule.parse(bytes);
  const { title } = options;
  const imports = readImports(module);
  const exports = readExports(module);
  const names = readNames(module).functions;
  if (imports.some(({ kind }) => kind === 'global' || kind === 'tag')) {
    throw new LinkError(
      'unexpected-import',
      `${title} imports a global or a tag`,
      'The link joins functions, one memory and one table',
    );
  }
  const symbols = new Map<string, number>();
  if (options.offersDebugNames) for (const [index, name] of names) symbols.set(name, index);
  for (const entry of exports) {
    if (entry.kind === 'function' && !symbols.has(entry.name)) symbols.set(entry.name, entry.index);
  }
  const importedFunctions = functionImports(imports);
  const redirectable = new Map([
    ...symbols,
    ...importedFunctions.map((entry, index): [string, number] => [`${entry.module}.${entry.name}`, index]),
  ]);
  return {
    title,
    provides: options.provides,
    symbols,
    redirects: indexRedirects(title, redirectable, options.redirects ?? new Map()),
    types: readTypes(module),
    importedFunctions,
    imports,
    functionTypes: readFunctions(module),
    code: readCode(module),
    memories: readMemories(module),
    tables: readTables(module),
    globals: readGlobals(module),
    exports,
    elements: readElementSegments(module),
    data: readDataSegments(module),
    start: readStart(module),
    names,
  };
}

function indexRedirects(
  title: string,
  symbols: ReadonlyMap<string, number>,
  redirects: ReadonlyMap<string, SymbolName>,
): Map<number, SymbolName> {
  const byIndex = new Map<number, SymbolName>();
  for (const [name, target] of redirects) {
    const index = symbols.get(name);
    if (index === undefined) {
      throw new LinkError(
        'missing-symbol',
        `${title} has no function ${name} to redirect`,
        'Audit this version and correct its descriptor',
      );
    }
    byIndex.set(index, target);
  }
  return byIndex;
}

export function functionType(unit: Unit, index: number): FunctionType {
  const imported = unit.importedFunctions.length;
  const typeIndex =
    index < imported ? unit.importedFunctions[index]!.typeIndex : unit.functionTypes[index - imported]!;
  return unit.types[typeIndex]!;
}
