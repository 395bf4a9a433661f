import { type WasmModule, Writer } from '../../wasm';

const FUNCTION_NAMES_SUBSECTION = 1;

/** Gives the module a name section with these function names (by function index). */
export function writeFunctionNames(module: WasmModule, names: ReadonlyMap<number, string>): void {
  const entries = [...names].sort(([left], [right]) => left - right);
  const map = new Writer(entries.length * 24 + 16);
  map.vector(entries, (item, [index, name]) => {
    item.u32(index);
    item.text(name);
  });
  const section = new Writer(map.length + 16);
  section.byte(FUNCTION_NAMES_SUBSECTION);
  section.lengthPrefixed(map.view());
  module.filterCustom((custom) => custom.name !== 'name');
  module.addCustom('name', section.finish());
}
