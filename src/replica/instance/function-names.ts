import {
  functionImports,
  readExports,
  readFunctions,
  readImports,
  readNames,
  type WasmModule,
} from '../../wasm';

/** What to call each defined function, in order: by the name section, else by an export, else by its index. */
export function functionNames(module: WasmModule): string[] {
  const imported = functionImports(readImports(module)).length;
  const named = readNames(module).functions;
  const exported = new Map(
    readExports(module)
      .filter(({ kind }) => kind === 'function')
      .map(({ index, name }) => [index, name]),
  );
  return readFunctions(module).map((_, position) => {
    const index = imported + position;
    return named.get(index) ?? exported.get(index) ?? `function ${index}`;
  });
}
