import {
  readElementSegments,
  readExports,
  readMemories,
  readTables,
  WasmModule,
  writeExports,
  writeMemories,
  writeTables,
} from '../../wasm';
import type { Addon } from '../addon';
import { HOST_MODULE, NATIVE_MODULE } from '../engine/boundary';
import { mergeUnits, requireSymbol } from '../merge/merge';
import { readUnit, type SymbolName, type Unit } from '../merge/unit';
import { WASM_PAGE } from '../native/address-map';
import { requireAllocatorStaysOut } from './allocator';
import { TEMPLATE_FUNCTIONS } from './placeholders';

/** Native function that takes possession of stable memory before Azle does; an export until the canister's methods are added. */
export const ATTACH = 'attach';
/** Native function that a method enters first; an export likewise. */
export const ENTER_METHOD = 'enter_method';
/** The same of the hook that lets ingress messages in. */
export const INSPECT_MESSAGE = 'inspect_message';
export const NATIVE_ENTRIES: readonly string[] = [ATTACH, ENTER_METHOD, INSPECT_MESSAGE];

const IC = 'ic0';
const QUICKJS_MODULE = 'quickjs';

/**
 * Stable memory as Azle's own runtime uses it becomes a virtual memory; a context gets the native module as it is made;
 * when no job is left in a message, the native module looks whether it may end so; and Azle's allocator gets its memory
 * from the native module, which alone grows it.
 */
const REDIRECTS: ReadonlyMap<string, SymbolName> = new Map([
  ...['size', 'grow', 'read', 'write'].map((operation): [string, SymbolName] => [
    `${IC}.stable64_${operation}`,
    { module: NATIVE_MODULE, name: `private_stable64_${operation}` },
  ]),
  ...['JS_NewContext', 'JS_ExecutePendingJob', 'sbrk'].map((name): [string, SymbolName] => [
    name,
    { module: NATIVE_MODULE, name: `wrap_${name}` },
  ]),
]);

/**
 * Joins Azle's template and the addon: one memory with the addon behind Azle's initial memory, one table, Azle's exports to the IC. What
 * comes out is again a template, with names, into which a canister's JavaScript is filled.
 */
export function joinTemplate(template: Uint8Array, addon: Addon): Uint8Array {
  const initialPages = readMemories(WasmModule.parse(template))[0]!.minimum;
  const host = readUnit(makeRoom(template, addon), {
    title: "Azle's template",
    provides: [QUICKJS_MODULE, HOST_MODULE],
    offersDebugNames: true,
    redirects: REDIRECTS,
  });
  requireAllocatorStaysOut(host, initialPages);
  const native = readUnit(addon.bytes, { title: 'the addon', provides: [NATIVE_MODULE] });
  const merged = mergeUnits([host, native], {
    externals: new Set([IC]),
    exports: [
      ...canisterExports(host),
      ...NATIVE_ENTRIES.map((name) => ({ unit: native, index: requireSymbol(native, name), name })),
    ],
    roots: TEMPLATE_FUNCTIONS.map((name) => ({ unit: host, index: requireSymbol(host, name) })),
  });
  writeExports(merged, [...readExports(merged), { name: 'memory', kind: 'memory', index: 0 }]);
  return merged.encode();
}

function canisterExports(host: Unit) {
  return host.exports
    .filter((entry) => entry.kind === 'function' && entry.name.startsWith('canister_'))
    .map((entry) => ({ unit: host, index: entry.index, name: entry.name }));
}

/** The template with memory for the addon's static data and stack, and table entries for the addon. */
function makeRoom(template: Uint8Array, addon: Addon): Uint8Array {
  const module = WasmModule.parse(template);
  const [memory] = readMemories(module);
  writeMemories(module, [{ ...memory!, minimum: addon.map.memoryEnd / WASM_PAGE }]);
  const [table] = readTables(module);
  const size = tableEnd(addon);
  writeTables(module, [{ ...table!, limits: { ...table!.limits, minimum: size, maximum: size } }]);
  return module.encode();
}

function tableEnd(addon: Addon): number {
  const segments = readElementSegments(WasmModule.parse(addon.bytes));
  return Math.max(
    ...segments.map(({ active, elements }) => Number(active!.offset.constant) + elements.length),
  );
}
