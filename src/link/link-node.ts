import { join } from 'node:path';
import {
  type Export,
  readExports,
  readImports,
  ValueType,
  WasmModule,
  writeExports,
  writeImports,
  writeMemories,
  writeTables,
} from '../wasm';
import { buildAddon, defaultIngredients, type Ingredients } from './addon';
import { Cache, writeAtomically } from './cache';
import { type AddressMap, WASM_PAGE } from './native/address-map';

export interface NodeLinkOptions extends Partial<Ingredients> {
  /** Folder for `<name>.wasm`; `dist` of the project by default. */
  readonly outDir?: string;
  /** `tabularium-node` by default. */
  readonly name?: string;
}

export interface NodeModule {
  /** Where the module was written. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly map: AddressMap;
}

/**
 * Builds the engine and the native module for Node: the canister's addon with a memory and a table of its own, both exported
 * (`memory`, `table`). Imports `ic0` and `quickjs` are left to the caller. Nothing is built when no input changed.
 */
export async function linkNode(options: NodeLinkOptions = {}): Promise<NodeModule> {
  const ingredients = { ...defaultIngredients(), ...options };
  const addon = await buildAddon(ingredients, linkCache(ingredients.root));
  const bytes = new Uint8Array(giveMemoryAndTable(addon.bytes, addon.map));
  const outDir = options.outDir ?? join(ingredients.root, 'dist');
  const path = join(outDir, `${options.name ?? 'tabularium-node'}.wasm`);
  await writeAtomically(path, bytes);
  return { path, bytes, map: addon.map };
}

/** In the project, since an installed library may be shared, or not to be written to. @param root the project's folder */
export function linkCache(root: string): Cache {
  return new Cache(join(root, '.tabularium', 'link'));
}

function giveMemoryAndTable(addon: Uint8Array, map: AddressMap): Uint8Array {
  const module = WasmModule.parse(addon);
  const imports = readImports(module);
  const table = imports.find((entry) => entry.kind === 'table');
  const tableSize = table?.type.limits.minimum ?? map.nativeTableBase;
  writeImports(
    module,
    imports.filter((entry) => entry.kind === 'function'),
  );
  writeMemories(module, [{ minimum: map.memoryEnd / WASM_PAGE, shared: false, wide: false }]);
  writeTables(module, [
    {
      elementType: ValueType.funcref,
      limits: { minimum: tableSize, maximum: tableSize, shared: false, wide: false },
    },
  ]);
  const exported: Export[] = [
    { name: 'memory', kind: 'memory', index: 0 },
    { name: 'table', kind: 'table', index: 0 },
  ];
  writeExports(module, [...readExports(module), ...exported]);
  return module.encode();
}
