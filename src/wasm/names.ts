import type { WasmModule } from './module';
import { Reader } from './reader';

const FUNCTION_NAMES = 1;
const GLOBAL_NAMES = 7;
const DATA_SEGMENT_NAMES = 9;

export interface NameSection {
  /** Debug names by function index, imports included. */
  readonly functions: ReadonlyMap<number, string>;
  readonly globals: ReadonlyMap<number, string>;
  readonly dataSegments: ReadonlyMap<number, string>;
}

/**
 * Reads the custom section `name`, those names that are one list for the module (extended-name-section proposal); a module without the
 * section has no names.
 */
export function readNames(module: WasmModule): NameSection {
  const section = module.customSections().find((custom) => custom.name === 'name');
  const functions = new Map<number, string>();
  const globals = new Map<number, string>();
  const dataSegments = new Map<number, string>();
  const lists = new Map([
    [FUNCTION_NAMES, functions],
    [GLOBAL_NAMES, globals],
    [DATA_SEGMENT_NAMES, dataSegments],
  ]);
  const names = { functions, globals, dataSegments };
  if (!section) return names;
  const reader = new Reader(section.body);
  while (!reader.done) {
    const id = reader.byte();
    const body = reader.take(reader.u32());
    const list = lists.get(id);
    if (list) new Reader(body).vector((item) => list.set(item.u32(), item.text()));
  }
  return names;
}
