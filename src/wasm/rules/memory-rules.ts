import type { ConstantExpression } from '../constant-expression';
import { readGlobals, readMemories, readTables } from '../definitions';
import type { Import } from '../imports';
import type { WasmModule } from '../module';
import { readDataSegments, readElementSegments } from '../segments';
import { ValueType, valueTypeName } from '../types';
import { CanisterLimit } from './limits';
import type { Violations } from './report';

const PAGE = 65_536;

export interface MemoryFacts {
  readonly memories: number;
  readonly memoryPages: number;
  readonly wideMemory: boolean;
  readonly dataEnd: number;
  readonly dataSegments: number;
}

/** Checks the memory and the active data that goes into it. */
export function checkMemory(
  module: WasmModule,
  imports: readonly Import[],
  violations: Violations,
): MemoryFacts {
  const memories = readMemories(module);
  const count = memories.length + imports.filter(({ kind }) => kind === 'memory').length;
  violations.limit('memory-count', 'memories', count, CanisterLimit.memories);
  const [memory] = memories;
  const wideMemory = memory?.wide ?? false;
  const memoryPages = memory?.minimum ?? 0;
  const most = wideMemory ? CanisterLimit.wideMemoryPages : CanisterLimit.memoryPages;
  violations.limit('memory-size', 'initial memory in pages', memoryPages, most);
  if (memory?.shared) violations.add('memory-shared', 'the memory is shared, the IC has no threads');
  const data = checkData(module, memoryPages * PAGE, wideMemory, violations);
  return { memories: count, memoryPages, wideMemory, ...data };
}

function checkData(module: WasmModule, memoryBytes: number, wide: boolean, violations: Violations) {
  const segments = readDataSegments(module);
  violations.limit('data-count', 'data segments', segments.length, CanisterLimit.dataSegments);
  let dataEnd = 0;
  for (const [index, { active, bytes }] of segments.entries()) {
    if (!active) continue;
    if (active.offset.constant === undefined) {
      violations.add('data-offset', `data segment ${index}: its offset must be one constant`);
      continue;
    }
    const end = Number(BigInt.asUintN(wide ? 64 : 32, active.offset.constant)) + bytes.length;
    dataEnd = Math.max(dataEnd, end);
    if (end > memoryBytes) {
      violations.add(
        'data-bounds',
        `data segment ${index} ends at byte ${end}, the initial memory at ${memoryBytes}`,
      );
    }
  }
  return { dataEnd, dataSegments: segments.length };
}

export interface TableFacts {
  readonly tables: number;
  readonly tableElements: number;
}

export function checkTables(
  module: WasmModule,
  imports: readonly Import[],
  violations: Violations,
): TableFacts {
  const tables = readTables(module);
  const count = tables.length + imports.filter(({ kind }) => kind === 'table').length;
  violations.limit('table-count', 'tables', count, CanisterLimit.tables);
  for (const { elementType } of tables) {
    if (elementType === ValueType.funcref) continue;
    violations.add('table-type', `the table holds ${valueTypeName(elementType)}, the IC allows funcref only`);
  }
  const tableElements = tables[0]?.limits.minimum ?? 0;
  violations.limit('table-size', 'table elements', tableElements, CanisterLimit.tableElements);
  for (const [index, { active, elements }] of readElementSegments(module).entries()) {
    if (active) checkConstant(active.offset, `offset of element segment ${index}`, violations);
    for (const element of elements) checkConstant(element, `element segment ${index}`, violations);
  }
  return { tables: count, tableElements };
}

export interface GlobalFacts {
  readonly globals: number;
  readonly hasMutableVectorGlobal: boolean;
}

const GLOBAL_TYPES: ReadonlySet<ValueType> = new Set([
  ValueType.i32,
  ValueType.i64,
  ValueType.f32,
  ValueType.f64,
  ValueType.v128,
]);

export function checkGlobals(
  module: WasmModule,
  imports: readonly Import[],
  violations: Violations,
): GlobalFacts {
  const globals = readGlobals(module);
  const count = globals.length + imports.filter(({ kind }) => kind === 'global').length;
  violations.limit('global-count', 'globals', count, CanisterLimit.globals);
  let hasMutableVectorGlobal = false;
  for (const [index, { type, initializer }] of globals.entries()) {
    if (!GLOBAL_TYPES.has(type.valueType)) {
      violations.add(
        'global-type',
        `global ${index} is ${valueTypeName(type.valueType)}, which cannot be kept`,
      );
    }
    if (type.mutable && type.valueType === ValueType.v128) hasMutableVectorGlobal = true;
    checkConstant(initializer, `initialiser of global ${index}`, violations);
  }
  return { globals: count, hasMutableVectorGlobal };
}

/** The IC has no extended constant expressions. */
function checkConstant(expression: ConstantExpression, what: string, violations: Violations): void {
  if (expression.isSingle) return;
  violations.add('constant-expression', `${what}: must be one constant instruction`);
}
