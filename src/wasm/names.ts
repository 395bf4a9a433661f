import type { WasmModule } from './module';
import { Reader } from './reader';

const FUNCTION_NAMES = 1;

export interface NameSection {
  /** Debug names by function index, imports included. */
  readonly functions: ReadonlyMap<number, string>;
}

/** Reads the function names of the custom section `name`; a module without one has no names. */
export function readNames(module: WasmModule): NameSection {
  const section = module.customSections().find((custom) => custom.name === 'name');
  const functions = new Map<number, string>();
  if (!section) return { functions };
  const reader = new Reader(section.body);
  while (!reader.done) {
    const id = reader.byte();
    const body = reader.take(reader.u32());
    if (id !== FUNCTION_NAMES) continue;
    new Reader(body).vector((item) => functions.set(item.u32(), item.text()));
  }
  return { functions };
}
