import {
  countLocals,
  type FunctionBody,
  InstructionReader,
  InstructionWeights,
  type LocalGroup,
  MiscOpcode,
  Opcode,
  SimdOpcode,
  ValueType,
  Writer,
  writeLocals,
} from '../../wasm';
import { instructionCosts } from '../instruction-prices';
import { type AddedGlobals, Emitter } from './emitter';
import { HEAP_BASE, HEAP_PAGE_SIZE, READ_MARKS, WRITE_MARKS } from './layout';

/** Function indices of the helpers that rewritten code calls. */
export interface HelperIndices {
  readonly exhausted: number;
  readonly memorySize: number;
  readonly memoryGrow: number;
  readonly memoryCopy: number;
  readonly memoryFill: number;
  /** Index of the helper for a data segment's memory.init; made when first asked for. */
  memoryInit(segment: number): number;
  /** Index of the i32 global that says whether a data segment is dropped. */
  droppedGlobal(segment: number): number;
}

const { i32, i64, f32, f64, v128 } = ValueType;

/** Operand types of the stores from i32.store on, in opcode order. */
const STORED_TYPES: readonly ValueType[] = [i32, i64, f32, f64, i32, i32, i64, i64, i64];

const LARGEST_OFFSET = 0xffffffff;

/** Instructions that the IC's own instrumentation adds for one charge, and for the check at function entries and loop heads. */
const CHARGE_INSTRUCTIONS = 4;
const CHECK_INSTRUCTIONS = 6;

/**
 * Rewrites function bodies so that they charge the counter block by block exactly as the IC does (ic-platform.md B1), use the heap at
 * `HEAP_BASE`, and mark the heap pages that they read and write.
 */
export class FunctionRewriter {
  /** Instructions seen, plus those that the IC's instrumentation would add: what the IC charges compilation for. */
  compiledInstructions = 0;

  private readonly output = new Writer(1 << 16);
  private readonly outputCode = new Emitter(this.output);
  private readonly block = new Writer(1 << 14);
  private readonly blockCode = new Emitter(this.block);
  private readonly function = new Writer(1 << 16);
  private cost = 0;
  private isReentrant = true;
  private copied = 0;
  private localCount = 0;
  private added: LocalGroup[] = [];
  private profileGlobal: number | undefined;
  private readonly operands = new OperandLocals();
  private readonly marked = { read: new MarkedRanges(), written: new MarkedRanges() };

  constructor(
    private readonly bytes: Uint8Array,
    private readonly globals: AddedGlobals,
    private readonly helpers: HelperIndices,
  ) {}

  /**
   * @param parameters number of the function's parameters
   * @param profileGlobal index of the global that counts the function's own instructions, if any
   * @returns local declarations and instructions, valid until the next call
   */
  rewrite(body: FunctionBody, parameters: number, profileGlobal: number | undefined): Uint8Array {
    this.profileGlobal = profileGlobal;
    this.output.clear();
    this.block.clear();
    this.copied = body.instructions;
    this.localCount = parameters + countLocals(body);
    this.added = [];
    this.forgetMarks();
    this.open(1, true);
    const instruction = new InstructionReader(this.bytes, body.instructions, body.end);
    while (instruction.next()) this.visit(instruction);
    this.close();
    this.function.clear();
    writeLocals(this.function, [...body.locals, ...this.added]);
    this.function.bytes(this.output.view());
    return this.function.view();
  }

  private visit(instruction: InstructionReader): void {
    this.compiledInstructions++;
    const { opcode, subOpcode } = instruction;
    this.cost += instructionCosts.of(opcode, subOpcode);
    this.rewriteInstruction(instruction);
    const changed = this.operands.follow(instruction);
    if (changed < 0) return;
    this.marked.read.forget(changed);
    this.marked.written.forget(changed);
  }

  private rewriteInstruction(instruction: InstructionReader): void {
    switch (instruction.opcode) {
      case Opcode.loop:
        this.forgetMarks();
        this.split(instruction, true);
        return;
      case Opcode.else:
      case Opcode.end:
        this.forgetMarks();
        this.split(instruction, false);
        return;
      case Opcode.if:
      case Opcode.br:
      case Opcode.brIf:
      case Opcode.brTable:
      case Opcode.return:
      case Opcode.returnCall:
      case Opcode.returnCallIndirect:
      case Opcode.unreachable:
        this.split(instruction, false);
        return;
      case Opcode.memorySize:
        this.replaceByCall(instruction, this.helpers.memorySize);
        return;
      case Opcode.memoryGrow:
        this.replaceByCall(instruction, this.helpers.memoryGrow);
        return;
      case Opcode.miscPrefix:
        this.visitMisc(instruction);
        return;
      default:
        if (instruction.memoryArgument >= 0) this.visitMemoryAccess(instruction);
    }
  }

  private visitMisc(instruction: InstructionReader): void {
    switch (instruction.subOpcode) {
      case MiscOpcode.memoryCopy:
        this.replaceByCall(instruction, this.helpers.memoryCopy);
        return;
      case MiscOpcode.memoryFill:
        this.replaceByCall(instruction, this.helpers.memoryFill);
        return;
      case MiscOpcode.memoryInit:
        this.replaceByCall(instruction, this.helpers.memoryInit(instruction.index));
        return;
      case MiscOpcode.dataDrop:
        this.copyUpTo(instruction.start);
        this.blockCode.i32(1).index(Opcode.globalSet, this.helpers.droppedGlobal(instruction.index));
        this.copied = instruction.end;
        return;
      case MiscOpcode.elemDrop:
        // Without table.init, which the IC bans, nothing can tell a dropped element segment from a kept one.
        this.copyUpTo(instruction.start);
        this.copied = instruction.end;
    }
  }

  private visitMemoryAccess(instruction: InstructionReader): void {
    this.copyUpTo(instruction.start);
    this.copied = instruction.end;
    const address = this.scratch(i32, 0);
    const operand = operandType(instruction);
    const code = this.blockCode;
    if (operand === undefined) {
      code.index(Opcode.localTee, address);
    } else {
      const above = this.scratch(operand, operand === i32 ? 1 : 0);
      code.index(Opcode.localSet, above).index(Opcode.localTee, address).index(Opcode.localGet, above);
    }
    this.writeMoved(instruction);
    const first = instruction.offset;
    const last = first + accessedBytes(instruction) - 1;
    const base = this.operands.fromTop(operand === undefined ? 0 : 1);
    const { read, written } = this.marked;
    if (isStore(instruction)) {
      for (const offset of written.add(base, first, last)) this.mark(address, offset, WRITE_MARKS);
    } else if (!written.has(base, first, last)) {
      for (const offset of read.add(base, first, last)) this.mark(address, offset, READ_MARKS);
    }
  }

  private mark(address: number, offset: number, table: number): void {
    const code = this.blockCode.index(Opcode.localGet, address);
    if (offset > 0) code.i32(offset | 0).op(Opcode.i32Add);
    code.mark(table);
  }

  private forgetMarks(): void {
    this.marked.read.clear();
    this.marked.written.clear();
  }

  /** Writes the load or store with its static offset moved up by the heap's base. */
  private writeMoved(instruction: InstructionReader): void {
    this.block.range(this.bytes, instruction.start, instruction.memoryArgument);
    this.block.u32(instruction.alignment);
    this.block.u32(Math.min(instruction.offset + HEAP_BASE, LARGEST_OFFSET));
    this.block.range(this.bytes, instruction.memoryArgumentEnd, instruction.end);
  }

  private replaceByCall(instruction: InstructionReader, helper: number): void {
    this.copyUpTo(instruction.start);
    this.blockCode.index(Opcode.call, helper);
    this.copied = instruction.end;
  }

  /** Ends the open block behind the instruction and opens the next one. */
  private split(instruction: InstructionReader, isReentrant: boolean): void {
    this.copyUpTo(instruction.end);
    this.copied = instruction.end;
    this.close();
    this.open(0, isReentrant);
  }

  private open(cost: number, isReentrant: boolean): void {
    this.cost = cost;
    this.isReentrant = isReentrant;
  }

  /** Writes the open block behind its charge. */
  private close(): void {
    const { counter } = this.globals;
    if (this.cost > 0) {
      this.compiledInstructions += CHARGE_INSTRUCTIONS;
      this.outputCode
        .index(Opcode.globalGet, counter)
        .i64(this.cost)
        .op(Opcode.i64Sub)
        .index(Opcode.globalSet, counter);
      if (this.profileGlobal !== undefined) this.writeProfile(this.profileGlobal);
    }
    if (this.isReentrant) {
      this.compiledInstructions += CHECK_INSTRUCTIONS;
      this.outputCode.checkCounter(counter, this.helpers.exhausted);
    }
    this.output.bytes(this.block.view());
    this.block.clear();
  }

  private writeProfile(global: number): void {
    this.outputCode
      .index(Opcode.globalGet, global)
      .i64(this.cost)
      .op(Opcode.i64Add)
      .index(Opcode.globalSet, global);
  }

  private copyUpTo(position: number): void {
    this.block.range(this.bytes, this.copied, position);
  }

  /** Index of the function's n-th scratch local of a type. */
  private scratch(type: ValueType, nth: number): number {
    let seen = 0;
    for (let position = 0; position < this.added.length; position++) {
      if (this.added[position]!.type === type && seen++ === nth) return this.localCount + position;
    }
    this.added.push({ count: 1, type });
    return this.scratch(type, nth);
  }
}

/** Bytes that each load and store moves. */
const ACCESSED_BYTES = new InstructionWeights(
  {
    1: `i32.load8_s i32.load8_u i64.load8_s i64.load8_u i32.store8 i64.store8
    v128.load8_splat v128.load8_lane v128.store8_lane`,
    2: `i32.load16_s i32.load16_u i64.load16_s i64.load16_u i32.store16 i64.store16
    v128.load16_splat v128.load16_lane v128.store16_lane`,
    4: `i32.load f32.load i64.load32_s i64.load32_u i32.store f32.store i64.store32
    v128.load32_splat v128.load32_zero v128.load32_lane v128.store32_lane`,
    8: `i64.load f64.load i64.store f64.store
    v128.load8x8_s v128.load8x8_u v128.load16x4_s v128.load16x4_u v128.load32x2_s v128.load32x2_u
    v128.load64_splat v128.load64_zero v128.load64_lane v128.store64_lane`,
    16: 'v128.load v128.store',
  },
  0,
);

function accessedBytes({ opcode, subOpcode }: InstructionReader): number {
  return ACCESSED_BYTES.of(opcode, subOpcode);
}

/** Type of the operand above the address: what is stored, or the vector that a lane is loaded into; undefined when there is none. */
function operandType({ opcode, subOpcode }: InstructionReader): ValueType | undefined {
  if (opcode >= Opcode.i32Store && opcode <= Opcode.i64Store32) return STORED_TYPES[opcode - Opcode.i32Store];
  if (opcode !== Opcode.simdPrefix) return undefined;
  const hasVector =
    subOpcode === SimdOpcode.store ||
    (subOpcode >= SimdOpcode.load8Lane && subOpcode <= SimdOpcode.store64Lane);
  return hasVector ? v128 : undefined;
}

function isStore({ opcode, subOpcode }: InstructionReader): boolean {
  if (opcode !== Opcode.simdPrefix) return opcode >= Opcode.i32Store && opcode <= Opcode.i64Store32;
  return (
    subOpcode === SimdOpcode.store ||
    (subOpcode >= SimdOpcode.store8Lane && subOpcode <= SimdOpcode.store64Lane)
  );
}

/** Stands for an operand that is not known to be a local's value. */
const UNKNOWN = -1;

/** Stack effects by opcode: operands taken, operands left. What is not here ends what is known of the stack. */
const STACK_EFFECTS: readonly (readonly [first: number, last: number, taken: number, left: number])[] = [
  [Opcode.nop, Opcode.nop, 0, 0],
  [Opcode.brIf, Opcode.brIf, 1, 0],
  [Opcode.drop, Opcode.drop, 1, 0],
  [Opcode.select, Opcode.select, 3, 1],
  [Opcode.globalGet, Opcode.globalGet, 0, 1],
  [Opcode.globalSet, Opcode.globalSet, 1, 0],
  // Loads, stores, constants.
  [0x28, 0x35, 1, 1],
  [0x36, 0x3e, 2, 0],
  [0x41, 0x44, 0, 1],
  // Numeric instructions: tests, comparisons, arithmetic of each type, conversions.
  [0x45, 0x45, 1, 1],
  [0x46, 0x4f, 2, 1],
  [0x50, 0x50, 1, 1],
  [0x51, 0x66, 2, 1],
  [0x67, 0x69, 1, 1],
  [0x6a, 0x78, 2, 1],
  [0x79, 0x7b, 1, 1],
  [0x7c, 0x8a, 2, 1],
  [0x8b, 0x91, 1, 1],
  [0x92, 0x98, 2, 1],
  [0x99, 0x9f, 1, 1],
  [0xa0, 0xa6, 2, 1],
  [0xa7, 0xc4, 1, 1],
];

const takenOperands = new Int8Array(256).fill(UNKNOWN);
const leftOperands = new Int8Array(256);
for (const [first, last, taken, left] of STACK_EFFECTS) {
  takenOperands.fill(taken, first, last + 1);
  leftOperands.fill(left, first, last + 1);
}

/**
 * Which operands on the stack are values of locals, as far as straight code shows it. What lies deeper than is known is unknown, which is
 * always right to say.
 */
class OperandLocals {
  private readonly known: number[] = [];

  /** The local whose value lies `depth` below the top of the stack, or `UNKNOWN`. */
  fromTop(depth: number): number {
    return this.known[this.known.length - 1 - depth] ?? UNKNOWN;
  }

  /** Follows one instruction. @returns the local that it changes, or `UNKNOWN` */
  follow(instruction: InstructionReader): number {
    const { opcode, index } = instruction;
    switch (opcode) {
      case Opcode.localGet:
        this.known.push(index);
        return UNKNOWN;
      case Opcode.localSet:
        this.known.pop();
        this.change(index);
        return index;
      case Opcode.localTee:
        this.known.pop();
        this.change(index);
        this.known.push(index);
        return index;
    }
    const taken = takenOperands[opcode]!;
    this.known.length = taken < 0 ? 0 : Math.max(0, this.known.length - taken);
    if (leftOperands[opcode]! > 0) this.known.push(UNKNOWN);
    return UNKNOWN;
  }

  private change(local: number): void {
    for (let at = 0; at < this.known.length; at++) if (this.known[at] === local) this.known[at] = UNKNOWN;
  }
}

/**
 * Which bytes around the value of a local have their page's mark, from where on in a function. A mark that is set stays set while the
 * execution lasts, so the same page need not be marked again behind the first mark while the local keeps its value.
 */
class MarkedRanges {
  /** Offsets of the first and last byte, by local; they lie less than a page apart, so pages between them are marked too. */
  private readonly ranges = new Map<number, readonly [first: number, last: number]>();

  has(local: number, first: number, last: number): boolean {
    const range = this.ranges.get(local);
    return range !== undefined && range[0] <= first && range[1] >= last;
  }

  /** Adds the bytes of an access. @returns the offsets whose pages the access must mark */
  add(local: number, first: number, last: number): readonly number[] {
    const both = last > first ? [first, last] : [first];
    if (local === UNKNOWN) return both;
    const range = this.ranges.get(local) ?? [first, first - 1];
    const wider = [Math.min(range[0], first), Math.max(range[1], last)] as const;
    if (wider[1] - wider[0] >= HEAP_PAGE_SIZE) {
      this.ranges.set(local, [first, last]);
      return both;
    }
    const isNew = range[1] < range[0];
    this.ranges.set(local, wider);
    if (isNew) return both;
    const missing: number[] = [];
    if (first < range[0]) missing.push(first);
    if (last > range[1]) missing.push(last);
    return missing;
  }

  forget(local: number): void {
    this.ranges.delete(local);
  }

  clear(): void {
    this.ranges.clear();
  }
}
