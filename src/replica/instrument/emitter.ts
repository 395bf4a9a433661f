import { Opcode, SimdOpcode, type Writer } from '../../wasm';
import { HEAP_PAGE_SHIFT } from './layout';

/** Indices of the globals that instrumentation adds. */
export interface AddedGlobals {
  readonly counter: number;
  readonly reserve: number;
  readonly accessed: number;
  readonly written: number;
  readonly accessPrice: number;
  readonly writePrice: number;
  readonly trapReason: number;
  readonly heapLimit: number;
  readonly slice: number;
}

export const BLOCK_EMPTY = 0x40;
const I32_STORE8 = 0x3a;

/** Writes instructions; one method an instruction that helpers and injected code use. */
export class Emitter {
  constructor(readonly writer: Writer) {}

  op(opcode: number): this {
    this.writer.byte(opcode);
    return this;
  }

  index(opcode: number, index: number): this {
    this.writer.byte(opcode);
    this.writer.u32(index);
    return this;
  }

  i32(value: number): this {
    this.writer.byte(Opcode.i32Const);
    this.writer.s32(value);
    return this;
  }

  i64(value: number): this {
    this.writer.byte(Opcode.i64Const);
    if (value <= 0x7fffffff) this.writer.s32(value);
    else this.writer.s64(BigInt(value));
    return this;
  }

  if(): this {
    return this.op(Opcode.if).op(BLOCK_EMPTY);
  }

  simd(subOpcode: number): this {
    this.writer.byte(Opcode.simdPrefix);
    this.writer.u32(subOpcode);
    return this;
  }

  /** Loads 16 bytes from the address on the stack, moved up by `offset`. */
  loadVector(offset: number): this {
    this.simd(SimdOpcode.load);
    this.writer.byte(0);
    this.writer.u32(offset);
    return this;
  }

  /** memory.copy or memory.fill on memory 0. */
  bulk(subOpcode: number, ...immediates: readonly number[]): this {
    this.writer.byte(Opcode.miscPrefix);
    this.writer.u32(subOpcode);
    for (const immediate of immediates) this.writer.u32(immediate);
    return this;
  }

  trap(globals: AddedGlobals, reason: number): this {
    return this.i32(reason).index(Opcode.globalSet, globals.trapReason).op(Opcode.unreachable);
  }

  /** Traps when the instructions are used up. @param exhausted the helper that finds out once the counter is below zero */
  checkCounter(counter: number, exhausted: number): this {
    return this.index(Opcode.globalGet, counter)
      .i64(0)
      .op(Opcode.i64LtS)
      .if()
      .index(Opcode.call, exhausted)
      .op(Opcode.end);
  }

  /** Marks the 4 KiB page of the heap address on the stack. @param table `READ_MARKS` or `WRITE_MARKS` */
  mark(table: number): this {
    this.i32(HEAP_PAGE_SHIFT).op(Opcode.i32ShrU).i32(1).op(I32_STORE8);
    this.writer.byte(0);
    this.writer.u32(table);
    return this;
  }
}
