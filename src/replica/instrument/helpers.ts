import {
  type FunctionType,
  type LocalGroup,
  MiscOpcode,
  Opcode,
  SimdOpcode,
  ValueType,
  Writer,
  writeLocals,
} from '../../wasm';
import { SLICE_INSTRUCTIONS } from '../execution/mode';
import { type AddedGlobals, BLOCK_EMPTY, Emitter } from './emitter';
import {
  HEAP_BASE,
  HEAP_BASE_PAGES,
  HEAP_PAGE_SHIFT,
  MARKS_OF_PAGE,
  MAXIMUM_HEAP_PAGES,
  READ_MARKS,
  TrapReason,
  WRITE_MARKS,
} from './layout';

/** A function that instrumentation appends behind the module's own. */
export interface Helper {
  readonly type: FunctionType;
  /** Local declarations and instructions. */
  readonly body: Uint8Array;
}

const { i32, i64, v128 } = ValueType;

function helper(
  parameters: number,
  results: number,
  locals: readonly LocalGroup[],
  write: (code: Emitter) => void,
): Helper {
  const writer = new Writer(128);
  writeLocals(writer, locals);
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

const I32_EQZ = Opcode.i32Eqz;
const I32_EQ = 0x46;
const I32_GT_U = 0x4b;
const I32_GE_U = 0x4f;
const I32_OR = 0x72;
const I32_MUL = 0x6c;
const I64_GE_S = 0x59;
const I64_REM_S = 0x81;

const NO_LOCALS: readonly LocalGroup[] = [];

/** Locals of the settling helper. */
const AT = 0;
const END = 1;
const ACCESSED = 2;
const WRITTEN = 3;
const LEFT = 4;
const MARKS = 5;

/** Adds to a count whether any byte of the vector on the stack is set. */
function emitCountAny(code: Emitter, count: number): void {
  code.simd(SimdOpcode.anyTrue);
  code.index(Opcode.localGet, count).op(Opcode.i32Add).index(Opcode.localSet, count);
}

/** Pushes (pages - counted) * price. */
function emitPrice(code: Emitter, pages: () => void, counted: () => void, price: number): void {
  pages();
  counted();
  code.op(Opcode.i32Sub).op(Opcode.i64ExtendI32U).index(Opcode.globalGet, price).op(Opcode.i64Mul);
}

/**
 * () -> (): charges what the message has touched since the last time, by counting the 64 KiB pages with marks, and sets the counter anew.
 *
 * Code does not look at the marks, it only sets them, and checks look at the counter alone. So the counter holds what is left beyond the
 * price of every page that is not yet touched, which no touch can make wrong; the rest of what is left is the reserve. When a message comes
 * so near its limit that the counter falls below zero, every check comes here. With no price for touches the counter is all that is left.
 */
export function settleHelper(globals: AddedGlobals): Helper {
  const { counter, reserve, accessed, written, accessPrice, writePrice } = globals;
  const locals = [
    { count: 4, type: i32 },
    { count: 1, type: i64 },
    { count: 1, type: v128 },
  ];
  return helper(0, 0, locals, (code) => {
    emitHeapSize(code).i32(MARKS_OF_PAGE).op(I32_MUL).index(Opcode.localSet, END);
    code.op(Opcode.block).op(BLOCK_EMPTY).op(Opcode.loop).op(BLOCK_EMPTY);
    code.index(Opcode.localGet, AT).index(Opcode.localGet, END).op(I32_GE_U).index(Opcode.brIf, 1);
    code.index(Opcode.localGet, AT).loadVector(WRITE_MARKS).index(Opcode.localTee, MARKS);
    emitCountAny(code, WRITTEN);
    code.index(Opcode.localGet, AT).loadVector(READ_MARKS);
    code.index(Opcode.localGet, MARKS).simd(SimdOpcode.or);
    emitCountAny(code, ACCESSED);
    code.index(Opcode.localGet, AT).i32(MARKS_OF_PAGE).op(Opcode.i32Add).index(Opcode.localSet, AT);
    code.index(Opcode.br, 0).op(Opcode.end).op(Opcode.end);

    const local = (index: number) => () => code.index(Opcode.localGet, index);
    const global = (index: number) => () => code.index(Opcode.globalGet, index);
    code.index(Opcode.globalGet, counter).index(Opcode.globalGet, reserve).op(Opcode.i64Add);
    emitPrice(code, local(ACCESSED), global(accessed), accessPrice);
    code.op(Opcode.i64Sub);
    emitPrice(code, local(WRITTEN), global(written), writePrice);
    code.op(Opcode.i64Sub).index(Opcode.localSet, LEFT);
    code.index(Opcode.localGet, ACCESSED).index(Opcode.globalSet, accessed);
    code.index(Opcode.localGet, WRITTEN).index(Opcode.globalSet, written);

    emitPrice(code, () => emitHeapSize(code), local(ACCESSED), accessPrice);
    emitPrice(code, () => emitHeapSize(code), local(WRITTEN), writePrice);
    code.op(Opcode.i64Add).index(Opcode.globalSet, reserve);
    code.index(Opcode.localGet, LEFT).index(Opcode.globalGet, reserve).op(Opcode.i64Sub);
    code.index(Opcode.globalSet, counter);
  });
}

/** () -> (): ends the message if its instructions are used up, now that the counter is below zero. */
export function exhaustedHelper(globals: AddedGlobals, settle: number): Helper {
  return helper(0, 0, NO_LOCALS, (code) => {
    code.index(Opcode.call, settle);
    code.index(Opcode.globalGet, globals.counter).index(Opcode.globalGet, globals.reserve);
    code.op(Opcode.i64Add).i64(0).op(Opcode.i64LtS).if();
    code.trap(globals, TrapReason.instructions).op(Opcode.end);
  });
}

const DELTA = 0;
const HEAP_SIZE = 1;

function emitHeapSize(code: Emitter): Emitter {
  return code.index(Opcode.memorySize, 0).i32(HEAP_BASE_PAGES).op(Opcode.i32Sub);
}

/** () -> (pages): memory.size as the canister sees it. */
export function memorySizeHelper(): Helper {
  return helper(0, 1, NO_LOCALS, emitHeapSize);
}

/**
 * (delta) -> (old size): memory.grow as the canister sees it. Traps at the message's heap limit, as the IC does for the
 * wasm_memory_limit, and answers -1 at the module's own or the platform's maximum. New pages are not touched, but can be from now on, so
 * the counter is set anew.
 * @param maximum the memory's declared maximum in pages, if any
 */
export function memoryGrowHelper(globals: AddedGlobals, settle: number, maximum: number | undefined): Helper {
  const most = Math.min(maximum ?? MAXIMUM_HEAP_PAGES, MAXIMUM_HEAP_PAGES);
  return helper(1, 1, [{ count: 1, type: i32 }], (code) => {
    emitHeapSize(code).index(Opcode.localSet, HEAP_SIZE);
    code.index(Opcode.localGet, DELTA).i32(most).index(Opcode.localGet, HEAP_SIZE).op(Opcode.i32Sub);
    code.op(I32_GT_U).if().i32(-1).op(Opcode.return).op(Opcode.end);
    code.index(Opcode.localGet, HEAP_SIZE).index(Opcode.localGet, DELTA).op(Opcode.i32Add);
    code.index(Opcode.globalGet, globals.heapLimit).op(I32_GT_U).if();
    code.trap(globals, TrapReason.heapLimit).op(Opcode.end);
    code.index(Opcode.localGet, DELTA).index(Opcode.memoryGrow, 0).i32(-1).op(I32_EQ).if();
    code.i32(-1).op(Opcode.return).op(Opcode.end);
    code.index(Opcode.call, settle).index(Opcode.localGet, HEAP_SIZE);
  });
}

const DESTINATION = 0;
const SOURCE = 1;
const LENGTH = 2;

/** Helpers that the helpers of bulk instructions call. */
export interface CounterHelpers {
  readonly settle: number;
  readonly exhausted: number;
}

/**
 * Subtracts the third operand, a byte count, from the counter: the dynamic cost of a bulk instruction. One that would run on for a whole
 * slice beyond the end of the present one traps. Slices end where what is left is a multiple of their length.
 */
function emitBulkCharge(code: Emitter, globals: AddedGlobals, { settle, exhausted }: CounterHelpers): void {
  const { counter, reserve, slice } = globals;
  code.index(Opcode.localGet, LENGTH).i32(SLICE_INSTRUCTIONS).op(I32_GE_U).if();
  code.index(Opcode.call, settle);
  code.index(Opcode.localGet, LENGTH).op(Opcode.i64ExtendI32U);
  code.index(Opcode.globalGet, counter).index(Opcode.globalGet, reserve).op(Opcode.i64Add);
  code.index(Opcode.globalGet, slice).op(I64_REM_S).op(Opcode.i64Sub);
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

/** Marks the pages of [start, start + length), which the instruction before has proved to be inside the heap. */
function emitMarkRange(code: Emitter, start: number, table: number): void {
  const pushFirst = () => code.index(Opcode.localGet, start).i32(HEAP_PAGE_SHIFT).op(Opcode.i32ShrU);
  code.index(Opcode.localGet, LENGTH).if();
  pushFirst().i32(table).op(Opcode.i32Add);
  code.i32(1);
  code.index(Opcode.localGet, start).index(Opcode.localGet, LENGTH).op(Opcode.i32Add);
  code.i32(1).op(Opcode.i32Sub).i32(HEAP_PAGE_SHIFT).op(Opcode.i32ShrU);
  pushFirst().op(Opcode.i32Sub).i32(1).op(Opcode.i32Add);
  code.bulk(MiscOpcode.memoryFill, 0).op(Opcode.end);
}

/** (destination, source, length) -> (): memory.copy. */
export function memoryCopyHelper(globals: AddedGlobals, helpers: CounterHelpers): Helper {
  return helper(3, 0, NO_LOCALS, (code) => {
    emitBulkCharge(code, globals, helpers);
    emitHeapAddress(code, DESTINATION);
    emitHeapAddress(code, SOURCE);
    code.index(Opcode.localGet, LENGTH).bulk(MiscOpcode.memoryCopy, 0, 0);
    emitMarkRange(code, SOURCE, READ_MARKS);
    emitMarkRange(code, DESTINATION, WRITE_MARKS);
  });
}

/** (destination, value, length) -> (): memory.fill. */
export function memoryFillHelper(globals: AddedGlobals, helpers: CounterHelpers): Helper {
  return helper(3, 0, NO_LOCALS, (code) => {
    emitBulkCharge(code, globals, helpers);
    emitHeapAddress(code, DESTINATION);
    code.index(Opcode.localGet, SOURCE).index(Opcode.localGet, LENGTH).bulk(MiscOpcode.memoryFill, 0);
    emitMarkRange(code, DESTINATION, WRITE_MARKS);
  });
}

/**
 * (destination, offset in segment, length) -> (): memory.init from one data segment.
 * @param dropped global that data.drop sets; segments are dropped only until the message ends, so V8 must not drop them
 */
export function memoryInitHelper(
  globals: AddedGlobals,
  helpers: CounterHelpers,
  segment: number,
  dropped: number,
): Helper {
  return helper(3, 0, NO_LOCALS, (code) => {
    emitBulkCharge(code, globals, helpers);
    emitHeapAddress(code, DESTINATION);
    code.index(Opcode.localGet, SOURCE).i32(-1);
    code.index(Opcode.globalGet, dropped).op(I32_EQZ);
    code.index(Opcode.localGet, SOURCE).index(Opcode.localGet, LENGTH).op(I32_OR).op(I32_EQZ).op(I32_OR);
    code.op(Opcode.select);
    code.index(Opcode.localGet, LENGTH).bulk(MiscOpcode.memoryInit, segment, 0);
    emitMarkRange(code, DESTINATION, WRITE_MARKS);
  });
}
