import { type FunctionType, MiscOpcode, Opcode, ValueType, Writer, writeLocals } from '../../wasm';
import { SLICE_INSTRUCTIONS } from '../execution/mode';
import { type AddedGlobals, Emitter } from './emitter';
import { HEAP_BASE, HEAP_BASE_PAGES, HEAP_PAGE_SHIFT, MAXIMUM_HEAP_PAGES, TrapReason } from './layout';

/** A function that instrumentation appends behind the module's own. */
export interface Helper {
  readonly type: FunctionType;
  /** Local declarations and instructions. */
  readonly body: Uint8Array;
}

const { i32 } = ValueType;

function helper(parameters: number, results: number, locals: number, write: (code: Emitter) => void): Helper {
  const writer = new Writer(128);
  writeLocals(writer, locals > 0 ? [{ count: locals, type: i32 }] : []);
  const code = new Emitter(writer);
  write(code);
  code.op(Opcode.end);
  return {
    type: {
      parameters: new Array<number>(parameters).fill(i32),
      results: new Array<number>(results).fill(i32),
    },
    body: writer.finish(),
  };
}

/** () -> (): ends the message because its instructions are used up. */
export function exhaustedHelper(globals: AddedGlobals): Helper {
  return helper(0, 0, 0, (code) => code.trap(globals, TrapReason.instructions));
}

const DELTA = 0;
const HEAP_SIZE = 1;

function emitHeapSize(code: Emitter): Emitter {
  return code.index(Opcode.memorySize, 0).i32(HEAP_BASE_PAGES).op(Opcode.i32Sub);
}

/** () -> (pages): memory.size as the canister sees it. */
export function memorySizeHelper(): Helper {
  return helper(0, 1, 0, emitHeapSize);
}

/**
 * (delta) -> (old size): memory.grow as the canister sees it. Traps at the message's heap limit, as the IC does for the
 * wasm_memory_limit, and answers -1 at the module's own or the platform's maximum.
 * @param maximum the memory's declared maximum in pages, if any
 */
export function memoryGrowHelper(globals: AddedGlobals, maximum: number | undefined): Helper {
  const most = Math.min(maximum ?? MAXIMUM_HEAP_PAGES, MAXIMUM_HEAP_PAGES);
  return helper(1, 1, 1, (code) => {
    emitHeapSize(code).index(Opcode.localSet, HEAP_SIZE);
    code.index(Opcode.localGet, DELTA).i32(most).index(Opcode.localGet, HEAP_SIZE).op(Opcode.i32Sub);
    code.op(I32_GT_U).if().i32(-1).op(Opcode.return).op(Opcode.end);
    code.index(Opcode.localGet, HEAP_SIZE).index(Opcode.localGet, DELTA).op(Opcode.i32Add);
    code.index(Opcode.globalGet, globals.heapLimit).op(I32_GT_U).if();
    code.trap(globals, TrapReason.heapLimit).op(Opcode.end);
    code.index(Opcode.localGet, DELTA).index(Opcode.memoryGrow, 0).i32(-1).op(I32_EQ).if();
    code.i32(-1).op(Opcode.return).op(Opcode.end);
    code.index(Opcode.localGet, HEAP_SIZE);
  });
}

const I32_EQZ = Opcode.i32Eqz;
const I32_EQ = 0x46;
const I32_GT_U = 0x4b;
const I32_GE_U = 0x4f;
const I32_OR = 0x72;
const I64_GE_S = 0x59;
const I64_REM_S = 0x81;

const DESTINATION = 0;
const SOURCE = 1;
const LENGTH = 2;

/**
 * Subtracts the third operand, a byte count, from the counter: the dynamic cost of a bulk instruction. One that would run on for a whole
 * slice beyond the end of the present one traps. Slices end where what is left is a multiple of their length.
 */
function emitBulkCharge(code: Emitter, globals: AddedGlobals, exhausted: number): void {
  const { counter, slice } = globals;
  code.index(Opcode.localGet, LENGTH).i32(SLICE_INSTRUCTIONS).op(I32_GE_U).if();
  code.index(Opcode.localGet, LENGTH).op(Opcode.i64ExtendI32U);
  code.index(Opcode.globalGet, counter).index(Opcode.globalGet, slice).op(I64_REM_S).op(Opcode.i64Sub);
  code.index(Opcode.globalGet, slice).op(I64_GE_S).if();
  code.trap(globals, TrapReason.slice).op(Opcode.end).op(Opcode.end);
  code
    .index(Opcode.globalGet, counter)
    .index(Opcode.localGet, LENGTH)
    .op(Opcode.i64ExtendI32U)
    .op(Opcode.i64Sub);
  code.index(Opcode.globalSet, counter).checkCounter(counter, exhausted);
}

/** Pushes a canister address as a host address; one that leaves 32 bits becomes the highest address, which is never valid. */
function emitHeapAddress(code: Emitter, local: number): void {
  code.index(Opcode.localGet, local).i32(HEAP_BASE).op(Opcode.i32Add).i32(-1);
  code
    .index(Opcode.localGet, local)
    .i32(-1 - HEAP_BASE)
    .op(I32_GT_U)
    .op(I32_EQZ)
    .op(Opcode.select);
}

/** Marks the pages of [destination, destination + length), which the instruction before has proved to be inside the heap. */
function emitMarkRange(code: Emitter): void {
  code.index(Opcode.localGet, LENGTH).if();
  code.index(Opcode.localGet, DESTINATION).i32(HEAP_PAGE_SHIFT).op(Opcode.i32ShrU);
  code.i32(1);
  code
    .index(Opcode.localGet, DESTINATION)
    .index(Opcode.localGet, LENGTH)
    .op(Opcode.i32Add)
    .i32(1)
    .op(Opcode.i32Sub);
  code.i32(HEAP_PAGE_SHIFT).op(Opcode.i32ShrU);
  code.index(Opcode.localGet, DESTINATION).i32(HEAP_PAGE_SHIFT).op(Opcode.i32ShrU).op(Opcode.i32Sub);
  code.i32(1).op(Opcode.i32Add);
  code.bulk(MiscOpcode.memoryFill, 0).op(Opcode.end);
}

/** (destination, source, length) -> (): memory.copy. */
export function memoryCopyHelper(globals: AddedGlobals, exhausted: number): Helper {
  return helper(3, 0, 0, (code) => {
    emitBulkCharge(code, globals, exhausted);
    emitHeapAddress(code, DESTINATION);
    emitHeapAddress(code, SOURCE);
    code.index(Opcode.localGet, LENGTH).bulk(MiscOpcode.memoryCopy, 0, 0);
    emitMarkRange(code);
  });
}

/** (destination, value, length) -> (): memory.fill. */
export function memoryFillHelper(globals: AddedGlobals, exhausted: number): Helper {
  return helper(3, 0, 0, (code) => {
    emitBulkCharge(code, globals, exhausted);
    emitHeapAddress(code, DESTINATION);
    code.index(Opcode.localGet, SOURCE).index(Opcode.localGet, LENGTH).bulk(MiscOpcode.memoryFill, 0);
    emitMarkRange(code);
  });
}

/**
 * (destination, offset in segment, length) -> (): memory.init from one data segment.
 * @param dropped global that data.drop sets; segments are dropped only until the message ends, so V8 must not drop them
 */
export function memoryInitHelper(
  globals: AddedGlobals,
  exhausted: number,
  segment: number,
  dropped: number,
): Helper {
  return helper(3, 0, 0, (code) => {
    emitBulkCharge(code, globals, exhausted);
    emitHeapAddress(code, DESTINATION);
    code.index(Opcode.localGet, SOURCE).i32(-1);
    code.index(Opcode.globalGet, dropped).op(I32_EQZ);
    code.index(Opcode.localGet, SOURCE).index(Opcode.localGet, LENGTH).op(I32_OR).op(I32_EQZ).op(I32_OR);
    code.op(Opcode.select);
    code.index(Opcode.localGet, LENGTH).bulk(MiscOpcode.memoryInit, segment, 0);
    emitMarkRange(code);
  });
}
