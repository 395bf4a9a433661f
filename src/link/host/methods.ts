import { idlLabelToId } from '@dfinity/candid';
import { type Export, readExports, type WasmModule, writeExports } from '../../wasm';
import type { Method, MethodMeta } from './candid';
import { appendCallSequences, type CallSequence, indexByName } from './placeholders';
import { ATTACH, ENTER_METHOD, INSPECT_MESSAGE, NATIVE_ENTRIES } from './template';

/** Azle's index for a hook that the canister class does not have. */
const NO_CALLBACK = -1;

interface Entry {
  readonly name: string;
  readonly runs: 'init' | 'post_upgrade' | 'execute_method_js';
  readonly index: number;
  /** Call of native code that comes first, and tells whether nothing is left to do. */
  readonly enters?: NativeEntry;
}

interface NativeEntry {
  readonly function: number;
  readonly argument?: number;
}

/** How native code is entered. */
interface NativeEntries {
  readonly method: (name: string) => NativeEntry;
  readonly inspect: NativeEntry;
}

/**
 * Exports what the canister class declares, as Azle does: each entry runs one of Azle's functions with the callback's index. In
 * the two entries that boot the canister, the native module takes possession of stable memory first. A method enters native
 * code first, with the hash of its name, and so does the hook that lets ingress messages in; what that has answered does not go
 * on to Azle.
 */
export function addMethods(module: WasmModule, methods: MethodMeta): void {
  const indexOf = indexByName(module);
  const exports = readExports(module);
  const exported = (name: string) => exports.find((entry) => entry.name === name)!.index;
  const attach = { function: exported(ATTACH) };
  const entries = listEntries(methods, {
    method: (name) => ({ function: exported(ENTER_METHOD), argument: idlLabelToId(name) | 0 }),
    inspect: { function: exported(INSPECT_MESSAGE) },
  });
  const sequences = entries.map(({ runs, index, enters }): CallSequence => {
    const call = { function: indexOf(runs), argument: index };
    if (enters !== undefined) return { calls: [{ ...enters, endsWhenTrue: true }, call] };
    return { calls: runs === 'execute_method_js' ? [call] : [attach, call] };
  });
  const indices = appendCallSequences(module, sequences);
  const added = entries.map(
    ({ name }, position): Export => ({ name, kind: 'function', index: indices[position]! }),
  );
  writeExports(module, [...exports.filter(({ name }) => !NATIVE_ENTRIES.includes(name)), ...added]);
}

function listEntries(methods: MethodMeta, native: NativeEntries): Entry[] {
  const method = (kind: string, { name, index }: Method): Entry => ({
    name: `canister_${kind} ${name}`,
    runs: 'execute_method_js',
    index,
    enters: native.method(name),
  });
  const hook = (name: string, declared: Method | undefined, enters?: NativeEntry): Entry[] =>
    declared
      ? [
          {
            name: `canister_${name}`,
            runs: 'execute_method_js',
            index: declared.index,
            ...(enters && { enters }),
          },
        ]
      : [];
  return [
    ...(methods.queries ?? []).map((query) => method(query.composite ? 'composite_query' : 'query', query)),
    ...(methods.updates ?? []).map((update) => method('update', update)),
    { name: 'canister_init', runs: 'init', index: methods.init?.index ?? NO_CALLBACK },
    {
      name: 'canister_post_upgrade',
      runs: 'post_upgrade',
      index: methods.post_upgrade?.index ?? NO_CALLBACK,
    },
    ...hook('pre_upgrade', methods.pre_upgrade),
    ...hook('inspect_message', methods.inspect_message, native.inspect),
    ...hook('heartbeat', methods.heartbeat),
    ...hook('on_low_wasm_memory', methods.on_low_wasm_memory),
  ];
}
