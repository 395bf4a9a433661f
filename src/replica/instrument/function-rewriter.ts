import {
  countLocals,
  type FunctionBody,
  InstructionReader,
  type LocalGroup,
  MiscOpcode,
  Opcode,
  SimdOpcode,
  ValueType,
  Writer,
  writeLocals,
} from '../../wasm';
import { instructionCosts } from './costs';
import { type AddedGlobals, Emitter } from './emitter';
import { HEAP_BASE, HEAP_PAGE_SHIFT } from './layout';

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

const I32_STORE8 = 0x3a;
const I64_ADD = 0x7c;
const LARGEST_OFFSET = 0xffffffff;

/** Instructions that the IC's own instrumentation adds for one charge, and for the check at function entries and loop heads. */
const CHARGE_INSTRUCTIONS = 4;
const CHECK_INSTRUCTIONS = 6;

/**
 * Rewrites function bodies so that they charge the counter block by block exactly as the IC does (ic-platform.md B1), use the heap at
 * `HEAP_BASE`, and mark the heap pages that they store to.
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
    switch (opcode) {
      case Opcode.loop:
        this.split(instruction, true);
        return;
      case Opcode.if:
      case Opcode.else:
      case Opcode.end:
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
    const stored = storedType(instruction);
    this.copyUpTo(instruction.start);
    this.copied = instruction.end;
    if (stored === undefined) {
      this.writeMoved(instruction);
      return;
    }
    const address = this.scratch(i32, 0);
    const value = this.scratch(stored, stored === i32 ? 1 : 0);
    const code = this.blockCode;
    code.index(Opcode.localSet, value).index(Opcode.localTee, address).index(Opcode.localGet, value);
    this.writeMoved(instruction);
    code.index(Opcode.localGet, address);
    if (instruction.offset > 0) code.i32(instruction.offset | 0).op(Opcode.i32Add);
    code.i32(HEAP_PAGE_SHIFT).op(Opcode.i32ShrU).i32(1).op(I32_STORE8).op(0).op(0);
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
      .op(I64_ADD)
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

/** Type of the value that the instruction stores; undefined when it does not store. */
function storedType({ opcode, subOpcode }: InstructionReader): ValueType | undefined {
  if (opcode >= Opcode.i32Store && opcode <= Opcode.i64Store32) return STORED_TYPES[opcode - Opcode.i32Store];
  if (opcode !== Opcode.simdPrefix) return undefined;
  const stores =
    subOpcode === SimdOpcode.store ||
    (subOpcode >= SimdOpcode.store8Lane && subOpcode <= SimdOpcode.store64Lane);
  return stores ? v128 : undefined;
}
