import { type Export, readExports, type WasmModule, writeExports } from '../../wasm';
import type { Method, MethodMeta } from './candid';
import { appendCallSequences, type CallSequence, indexByName } from './placeholders';
import { ATTACH } from './template';

/** Azle's index for a hook that the canister class does not have. */
const NO_CALLBACK = -1;

interface Entry {
  readonly name: string;
  readonly runs: 'init' | 'post_upgrade' | 'execute_method_js';
  readonly index: number;
}

/**
 * Exports what the canister class declares, as Azle does: each entry runs one of Azle's functions with the callback's index. In
 * the two entries that boot the canister, the native module takes possession of stable memory first.
 */
export function addMethods(module: WasmModule, methods: MethodMeta): void {
  const entries = listEntries(methods);
  const indexOf = indexByName(module);
  const exports = readExports(module);
  const attach = { function: exports.find(({ name }) => name === ATTACH)!.index };
  const sequences = entries.map(({ runs, index }): CallSequence => {
    const call = { function: indexOf(runs), argument: index };
    return { calls: runs === 'execute_method_js' ? [call] : [attach, call] };
  });
  const indices = appendCallSequences(module, sequences);
  const added = entries.map(
    ({ name }, position): Export => ({ name, kind: 'function', index: indices[position]! }),
  );
  writeExports(module, [...exports.filter(({ name }) => name !== ATTACH), ...added]);
}

function listEntries(methods: MethodMeta): Entry[] {
  const method = (kind: string, { name, index }: Method): Entry => ({
    name: `canister_${kind} ${name}`,
    runs: 'execute_method_js',
    index,
  });
  const hook = (name: string, declared: Method | undefined): Entry[] =>
    declared ? [{ name: `canister_${name}`, runs: 'execute_method_js', index: declared.index }] : [];
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
    ...hook('inspect_message', methods.inspect_message),
    ...hook('heartbeat', methods.heartbeat),
    ...hook('on_low_wasm_memory', methods.on_low_wasm_memory),
  ];
}
