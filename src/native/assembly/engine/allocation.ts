// The engine's allocator: the heap of the archive that is being worked on, and a refusal where that is needed. SQLite compiles
// by recursion, and in loops that ask nobody whether they may go on; but all of that takes memory, and any allocation may
// fail: SQLite then gives up what it is doing and stays whole. So this is how SQL ends that is nested too deeply, or that
// takes too many instructions before it is ready to run.

import {
  EngineFunction,
  EnginePointer,
  HostPointer,
  toEngine,
  toEngineFunction,
  toHost,
} from '../externals/addresses';
import { sqlite3_config } from '../externals/engine';
import { forgetShortage } from '../heap/budget';
import {
  allocateCharged,
  NO_BLOCK,
  releaseBlock,
  resizeBlock,
  roundedSize,
  sizeOfBlock,
} from '../heap/heaps';
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
const POINTER_SIZE: u32 = 4;
// sqlite3_config.
const CONFIG_MALLOC: i32 = 4;
const CONFIG_MEMSTATUS: i32 = 9;

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

/** The methods, and behind them the one argument of sqlite3_config, which points to them. */
const methodsAndArgument: HostPointer = <u32>memory.data(offsetof<MemoryMethods>() + POINTER_SIZE, 8);
/** Allocations between two questions whether the budget is used up. */
const ALLOCATIONS_BETWEEN: u32 = 32;

/** What is in force, and what refused an allocation. */
let refusal: Refusal = Refusal.None;
let refused: Refusal = Refusal.None;
let isBudgeted: bool = false;
let allocations: u32 = 0;

/** Takes the place of the engine's allocator, before the engine is initialized; a SQLite result code. */
export function installAllocator(): i32 {
  const methods = changetype<MemoryMethods>(<usize>methodsAndArgument);
  methods.xMalloc = toEngineFunction(allocateOrRefuse.index);
  methods.xFree = toEngineFunction(release.index);
  methods.xRealloc = toEngineFunction(reallocateOrRefuse.index);
  methods.xSize = toEngineFunction(measure.index);
  methods.xRoundup = toEngineFunction(roundUp.index);
  methods.xInit = toEngineFunction(start.index);
  methods.xShutdown = toEngineFunction(stop.index);
  const argument = methodsAndArgument + <u32>offsetof<MemoryMethods>();
  store<u32>(argument, toEngine(methodsAndArgument));
  const code = sqlite3_config(CONFIG_MALLOC, toEngine(argument));
  if (code !== SQLITE_OK) return code;
  // Heaps count for themselves.
  store<u32>(argument, 0);
  return sqlite3_config(CONFIG_MEMSTATUS, toEngine(argument));
}

/** Lets the engine have memory again, whatever happened before. To be called before a statement is compiled, and before it runs. */
export function allowMemory(): void {
  refusal = Refusal.None;
  refused = Refusal.None;
  forgetShortage();
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
  refusal = Refusal.None;
  refused = Refusal.None;
  return reason;
}

function allocateOrRefuse(size: u32): EnginePointer {
  return mayAllocate() ? engineBlock(allocateCharged(size)) : 0;
}

function reallocateOrRefuse(pointer: EnginePointer, size: u32): EnginePointer {
  return mayAllocate() ? engineBlock(resizeBlock(toHost(pointer), size)) : 0;
}

function engineBlock(block: HostPointer): EnginePointer {
  return block === NO_BLOCK ? 0 : toEngine(block);
}

function release(pointer: EnginePointer): void {
  releaseBlock(toHost(pointer));
}

function measure(pointer: EnginePointer): u32 {
  return sizeOfBlock(toHost(pointer));
}

function roundUp(size: u32): u32 {
  return roundedSize(size);
}

function start(_data: EnginePointer): i32 {
  return SQLITE_OK;
}

function stop(_data: EnginePointer): void {}

function mayAllocate(): bool {
  if (isBudgeted && ++allocations % ALLOCATIONS_BETWEEN === 0 && isSpent()) refusal = Refusal.Instructions;
  if (refusal === Refusal.None) return true;
  refused = refusal;
  return false;
}
