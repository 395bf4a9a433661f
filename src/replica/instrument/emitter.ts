import { Opcode, type Writer } from '../../wasm';

/** Indices of the globals that instrumentation adds. */
export interface AddedGlobals {
  readonly counter: number;
  readonly trapReason: number;
  readonly heapLimit: number;
  readonly slice: number;
}

const BLOCK_EMPTY = 0x40;

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

  /** Traps when the counter is below zero. */
  checkCounter(counter: number, exhausted: number): this {
    return this.index(Opcode.globalGet, counter)
      .i64(0)
      .op(Opcode.i64LtS)
      .if()
      .index(Opcode.call, exhausted)
      .op(Opcode.end);
  }
}
