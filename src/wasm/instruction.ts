import { Immediate, miscOpcodes, opcodeName, plainOpcodes, simdOpcodes } from './instruction-set';
import { Opcode } from './opcodes';
import { Reader } from './reader';

const MEMORY_INDEX_FLAG = 0x40;

/**
 * Walks a function body instruction by instruction. `next()` moves on and describes the instruction in the reader's own fields, so that
 * a walk over millions of instructions allocates nothing; read them before the next `next()`.
 *
 * Rewriting streams well: copy `[copied, start)` to the output, write something else, and set `copied = end`.
 */
export class InstructionReader {
  opcode = 0;
  /** What follows a 0xfc or 0xfd prefix; 0 for one-byte opcodes. */
  subOpcode = 0;
  /** Position of the opcode. */
  start = 0;
  /** Position behind the immediates. */
  end = 0;
  /** First index immediate: label, local, global, function, type (call_indirect), segment (init), destination (copy), memory, table. */
  index = 0;
  /** Second index immediate: table of call_indirect, memory or table of an init, source of a copy. */
  secondIndex = 0;
  /** Byte of a single-byte block type, else the type index; -64 (0x40 as signed LEB128) is the empty type. */
  blockType = 0;
  /** Labels of br_table without the default label. */
  labelCount = 0;
  /** Position of the memarg (alignment) of a load or store; -1 for every other instruction. */
  memoryArgument = -1;
  /** Position behind the memarg; a SIMD lane byte may follow. */
  memoryArgumentEnd = -1;
  /** Alignment exponent of the memarg. */
  alignment = 0;
  /** Static offset of the memarg, in bytes; exact up to 2^53. */
  offset = 0;
  /** Memory that the memarg names. */
  memoryIndex = 0;

  private readonly reader: Reader;
  private constantAt = -1;
  private constantIsLong = false;

  /**
   * @param start position of the first instruction
   * @param limit position behind the last byte that may be read
   */
  constructor(bytes: Uint8Array, start: number, limit: number) {
    this.reader = new Reader(bytes, start, limit);
  }

  /** WAT name of the current instruction. */
  get name(): string {
    return opcodeName(this.opcode, this.subOpcode);
  }

  /** Value of the current i32.const or i64.const. */
  get constant(): bigint {
    const reader = new Reader(this.reader.bytes, this.constantAt, this.reader.end);
    return this.constantIsLong ? reader.s64() : BigInt(reader.s32());
  }

  /**
   * Decodes the next instruction; false at the end of the bytes.
   * @throws WasmFormatError for truncated bytes and for opcodes outside MVP, sign extension, saturating truncation, bulk memory,
   * reference types, SIMD and tail calls
   */
  next(): boolean {
    const reader = this.reader;
    if (reader.position >= reader.end) return false;
    this.start = reader.position;
    this.opcode = reader.byte();
    this.subOpcode = 0;
    this.memoryArgument = -1;
    this.readImmediate(plainOpcodes.immediates[this.opcode]!);
    this.end = reader.position;
    return true;
  }

  private readImmediate(immediate: number): void {
    const reader = this.reader;
    switch (immediate) {
      case Immediate.none:
        return;
      case Immediate.index:
        this.index = reader.u32();
        return;
      case Immediate.twoIndices:
        this.index = reader.u32();
        this.secondIndex = reader.u32();
        return;
      case Immediate.memoryAccess:
        this.readMemoryArgument();
        return;
      case Immediate.i32:
        this.constantAt = reader.position;
        this.constantIsLong = false;
        reader.skipInteger();
        return;
      case Immediate.i64:
        this.constantAt = reader.position;
        this.constantIsLong = true;
        reader.skipInteger();
        return;
      case Immediate.blockType:
        this.blockType = reader.s32();
        return;
      case Immediate.branchTable:
        this.labelCount = reader.u32();
        for (let label = 0; label <= this.labelCount; label++) reader.skipInteger();
        return;
      default:
        this.readRareImmediate(immediate);
    }
  }

  private readRareImmediate(immediate: number): void {
    const reader = this.reader;
    switch (immediate) {
      case Immediate.f32:
        reader.take(4);
        return;
      case Immediate.f64:
        reader.take(8);
        return;
      case Immediate.sixteenBytes:
        reader.take(16);
        return;
      case Immediate.lane:
        reader.byte();
        return;
      case Immediate.memoryAccessAndLane:
        this.readMemoryArgument();
        reader.byte();
        return;
      case Immediate.typeList:
        for (let count = reader.u32(); count > 0; count--) reader.byte();
        return;
      case Immediate.heapType:
        reader.skipInteger();
        return;
      case Immediate.prefix:
        this.readPrefixed();
        return;
      default:
        reader.position = this.start;
        reader.fail(`unknown opcode ${this.name}`);
    }
  }

  private readPrefixed(): void {
    this.subOpcode = this.reader.u32();
    const space = this.opcode === Opcode.miscPrefix ? miscOpcodes : simdOpcodes;
    this.readImmediate(space.immediates[this.subOpcode] ?? Immediate.unknown);
  }

  private readMemoryArgument(): void {
    const reader = this.reader;
    this.memoryArgument = reader.position;
    const flags = reader.u32();
    this.alignment = flags & ~MEMORY_INDEX_FLAG;
    this.memoryIndex = flags & MEMORY_INDEX_FLAG ? reader.u32() : 0;
    const offsetAt = reader.position;
    const first = reader.byte();
    if (first < 0x80) {
      this.offset = first;
    } else {
      reader.position = offsetAt;
      this.offset = Number(reader.u64());
    }
    this.memoryArgumentEnd = reader.position;
  }
}
