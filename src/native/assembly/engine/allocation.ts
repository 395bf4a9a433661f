// The engine's allocator, which can be told to refuse. SQLite compiles by recursion, and in loops that ask nobody whether they may
// go on; but all of that takes memory, and any allocation may fail: SQLite then gives up what it is doing and stays whole. So this
// is how SQL ends that is nested too deeply, or that takes too many instructions before it is ready to run.

import {
  EngineFunction,
  EnginePointer,
  engineTableBase,
  TableIndex,
  toEngineFunction,
  toHost,
} from '../externals/addresses';
import { free, malloc, sqlite3_config } from '../externals/engine';
import { isSpent } from './instruction-budget';

/** Why memory is refused although there may be some. */
export enum Refusal {
  None = 0,
  /** The C stack is nearly full. */
  Nesting = 1,
  /** The budget of instructions is used up. */
  Instructions = 2,
}

const SQLITE_OK: i32 = 0;
const SQLITE_NOMEM: i32 = 7;
const POINTER_SIZE: u32 = 4;
// sqlite3_config.
const CONFIG_MALLOC: i32 = 4;
const CONFIG_GETMALLOC: i32 = 5;

/** sqlite3_mem_methods (https://www.sqlite.org/c3ref/mem_methods.html). */
@unmanaged
class MemoryMethods {
  xMalloc: EngineFunction;
  xFree: EngineFunction;
  xRealloc: EngineFunction;
  xSize: EngineFunction;
  xRoundup: EngineFunction;
  xInit: EngineFunction;
  xShutdown: EngineFunction;
  pAppData: EnginePointer;
}

/** Allocations between two questions whether the budget is used up. */
const ALLOCATIONS_BETWEEN: u32 = 32;

let allocate: TableIndex = 0;
let reallocate: TableIndex = 0;
/** What is in force, and what refused an allocation. */
let refusal: Refusal = Refusal.None;
let refused: Refusal = Refusal.None;
let isBudgeted: bool = false;
let allocations: u32 = 0;

/** Takes the place of the engine's allocator, before the engine is initialized; a SQLite result code. */
export function installAllocator(): i32 {
  const pointer = malloc(offsetof<MemoryMethods>() + POINTER_SIZE);
  if (pointer === 0) return SQLITE_NOMEM;
  const variadics = pointer + <u32>offsetof<MemoryMethods>();
  store<u32>(toHost(variadics), pointer);
  let code = sqlite3_config(CONFIG_GETMALLOC, variadics);
  if (code === SQLITE_OK) {
    const methods = changetype<MemoryMethods>(<usize>toHost(pointer));
    allocate = <TableIndex>methods.xMalloc + engineTableBase;
    reallocate = <TableIndex>methods.xRealloc + engineTableBase;
    methods.xMalloc = toEngineFunction(allocateOrRefuse.index);
    methods.xRealloc = toEngineFunction(reallocateOrRefuse.index);
    code = sqlite3_config(CONFIG_MALLOC, variadics);
  }
  free(pointer);
  return code;
}

/** Lets the engine have memory again, whatever happened before. To be called before a statement is compiled, and before it runs. */
export function allowMemory(): void {
  refusal = Refusal.None;
  refused = Refusal.None;
}

/** Refuses the engine all memory, until {@link allowMemory}. */
export function refuseMemory(reason: Refusal): void {
  refusal = reason;
}

/** Whether allocations are refused once the budget of instructions is used up. */
export function budgetMemory(enabled: bool): void {
  isBudgeted = enabled;
}

/** Why memory was refused since {@link allowMemory}; forgets it, and lets the engine have memory again. */
export function takeRefusal(): Refusal {
  const reason = refused;
  allowMemory();
  return reason;
}

function allocateOrRefuse(size: u32): EnginePointer {
  return mayAllocate() ? call_indirect<EnginePointer>(allocate, size) : 0;
}

function reallocateOrRefuse(pointer: EnginePointer, size: u32): EnginePointer {
  return mayAllocate() ? call_indirect<EnginePointer>(reallocate, pointer, size) : 0;
}

function mayAllocate(): bool {
  if (isBudgeted && ++allocations % ALLOCATIONS_BETWEEN === 0 && isSpent()) refusal = Refusal.Instructions;
  if (refusal === Refusal.None) return true;
  refused = refusal;
  return false;
}
