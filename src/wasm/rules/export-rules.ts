import type { Export } from '../exports';
import type { FunctionType } from '../types';
import { functionTypeText } from '../types';
import { CanisterLimit } from './limits';
import type { Violations } from './report';

const ENTRY_POINTS: ReadonlySet<string> = new Set([
  'canister_init',
  'canister_pre_upgrade',
  'canister_post_upgrade',
  'canister_inspect_message',
  'canister_heartbeat',
  'canister_global_timer',
  'canister_on_low_wasm_memory',
]);

const METHOD = /^canister_(?:update|query|composite_query) (.*)$/s;

/** Names that the replica's own instrumentation exports. */
const RESERVED: ReadonlySet<string> = new Set([
  'canister counter_instructions',
  'canister counter_dirty_pages',
  'canister counter_accessed_pages',
  'canister_start',
  'stable_memory',
  'stable_bytemap_memory',
]);

/** The replica renames the memory's and the table's export to these. */
const RENAMED: Readonly<Record<string, string>> = { memory: 'memory', table: 'table' };

export interface ExportFacts {
  readonly methods: readonly string[];
  readonly methodNameBytes: number;
  readonly memoryExports: number;
  readonly tableExports: number;
}

/** Checks names, types and numbers of exports (ic-platform.md A3). @param typeOf type of a function by index */
export function checkExports(
  exports: readonly Export[],
  typeOf: (index: number) => FunctionType | undefined,
  violations: Violations,
): ExportFacts {
  const methods: string[] = [];
  let methodNameBytes = 0;
  for (const { name, kind, index } of exports) {
    if (RESERVED.has(name)) violations.add('export-reserved', `export name ${name} is reserved by the IC`);
    if (kind !== 'function' || !name.startsWith('canister_') || RESERVED.has(name)) continue;
    const method = METHOD.exec(name)?.[1];
    if (method === undefined && !ENTRY_POINTS.has(name)) {
      violations.add('export-name', `export ${name} starts with canister_ and is no entry point of the IC`);
      continue;
    }
    checkType(name, typeOf(index), violations);
    if (method === undefined) continue;
    if (methods.includes(method)) {
      violations.add('export-duplicate', `method ${method} is exported more than once`);
    }
    methods.push(method);
    methodNameBytes += Buffer.byteLength(method);
  }
  violations.limit('export-count', 'exported methods', methods.length, CanisterLimit.methodExports);
  violations.limit(
    'export-name-length',
    'bytes of method names',
    methodNameBytes,
    CanisterLimit.methodNameBytes,
  );
  const memoryExports = checkInternal(exports, 'memory', violations);
  const tableExports = checkInternal(exports, 'table', violations);
  return { methods, methodNameBytes, memoryExports, tableExports };
}

function checkType(name: string, type: FunctionType | undefined, violations: Violations): void {
  if (type?.parameters.length === 0 && type.results.length === 0) return;
  const found = type ? functionTypeText(type) : 'an unknown type';
  violations.add('export-type', `export ${name} is ${found}, an entry point must be () -> ()`);
}

/** One export of the memory or table is renamed; a second one, or another export of that name, would collide. */
function checkInternal(exports: readonly Export[], kind: 'memory' | 'table', violations: Violations): number {
  const rule = kind === 'memory' ? 'export-memory' : 'export-table';
  const ofKind = exports.filter((entry) => entry.kind === kind);
  if (ofKind.length > 1)
    violations.add(rule, `the ${kind} is exported ${ofKind.length} times, allowed is once`);
  if (exports.some((entry) => entry.kind !== kind && entry.name === RENAMED[kind])) {
    violations.add(
      rule,
      `an export that is no ${kind} is called ${kind}, which the IC names the ${kind} itself`,
    );
  }
  return ofKind.length;
}
