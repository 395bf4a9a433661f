import {
  type CodeSection,
  CodeWriter,
  countLocals,
  InstructionReader,
  MiscOpcode,
  Opcode,
  ValueType,
  type WasmModule,
  Writer,
  writeLocals,
} from '../../wasm';
import { LinkError } from '../errors';
import { type AddressMap, WASM_PAGE } from '../native/address-map';
import type { Renumbering } from './boundary';
import { findFramelessRecursion } from './frameless-recursion';
import {
  findStackChanges,
  type StackBounds,
  type StackChange,
  writeRecursionFrame,
  writeRecursionRelease,
  writeStackCheck,
} from './stack-guard';

export interface CodeMove {
  readonly map: AddressMap;
  /** Number of functions that the engine imports. */
  readonly imported: number;
  readonly bounds: StackBounds;
  readonly renumbering: Renumbering;
  /** Index of the type of SQL functions, whose indirect calls go through native code; -1 when the engine has none. */
  readonly sqlFunctionType: number;
}

/** How often each kind of stack pointer change occurs. */
export type StackChangeCounts = Record<StackChange['kind'], number>;

/**
 * Rewrites every function for its place: memory accesses and indirect calls displaced, bulk instructions and calls of SQL functions through helpers, the memory's
 * size constant, the stack pointer guarded.
 * @param parameterCounts number of parameters of every defined function
 * @param appended bodies of functions that were added behind the engine's own; their indices are new ones already
 */
export function moveCode(
  output: WasmModule,
  code: CodeSection,
  parameterCounts: readonly number[],
  move: CodeMove,
  appended: readonly Uint8Array[],
): StackChangeCounts {
  const counts: StackChangeCounts = { frame: 0, release: 0, computed: 0 };
  const stackChanges = code.bodies.map((body) => findStackChanges(code, body, move.bounds));
  const imported = move.imported;
  const recursion = findFramelessRecursion(code, imported, (position) => stackChanges[position]!.size > 0);
  const section = new CodeWriter(code.bytes.length * 2);
  const writer = new Writer(1 << 20);
  code.bodies.forEach((body, position) => {
    const changes = stackChanges[position]!;
    const recursive = recursion.get(position);
    for (const { kind } of changes.values()) counts[kind]++;
    const needsScratch = [...changes.values()].some(({ kind }) => kind === 'computed');
    const scratch = parameterCounts[position]! + countLocals(body);
    writer.clear();
    writeLocals(writer, needsScratch ? [...body.locals, { count: 1, type: ValueType.i32 }] : body.locals);
    let copied = body.instructions;
    const instruction = new InstructionReader(code.bytes, body.instructions, body.end);
    while (instruction.next()) {
      const change = instruction.opcode === Opcode.globalSet ? changes.get(instruction.start) : undefined;
      if (!change && !needsRewriting(instruction)) continue;
      writer.range(code.bytes, copied, instruction.start);
      copied = instruction.end;
      if (change) writeStackChange(writer, code.bytes, instruction, change, scratch, move);
      else if (instruction.opcode === Opcode.call && recursive?.has(instruction.index)) {
        writeRecursiveCall(writer, move.renumbering.moved(instruction.index), move);
      } else writeMoved(writer, code.bytes, instruction, move);
    }
    writer.range(code.bytes, copied, body.end);
    section.add(writer.view());
  });
  for (const body of appended) section.add(body);
  section.store(output);
  return counts;
}

function writeStackChange(
  writer: Writer,
  bytes: Uint8Array,
  instruction: InstructionReader,
  change: StackChange,
  scratch: number,
  { bounds, renumbering }: CodeMove,
): void {
  if (change.kind === 'computed') {
    writer.byte(Opcode.localTee);
    writer.u32(scratch);
  }
  writer.range(bytes, instruction.start, instruction.end);
  const local = change.kind === 'frame' ? change.local : scratch;
  writeStackCheck(writer, change, local, bounds, renumbering.helper('stackOverflow'));
}

/** A call of a function that takes no frame itself: it takes one for it, so that the recursion shows on the C stack. */
function writeRecursiveCall(writer: Writer, callee: number, { bounds, renumbering }: CodeMove): void {
  writeRecursionFrame(writer, bounds, renumbering.helper('stackOverflow'));
  writer.byte(Opcode.call);
  writer.u32(callee);
  writeRecursionRelease(writer, bounds);
}

function needsRewriting({ opcode, memoryArgument }: InstructionReader): boolean {
  switch (opcode) {
    case Opcode.call:
    case Opcode.returnCall:
    case Opcode.refFunc:
    case Opcode.callIndirect:
    case Opcode.returnCallIndirect:
    case Opcode.memorySize:
    case Opcode.memoryGrow:
    case Opcode.tableGet:
    case Opcode.tableSet:
    case Opcode.miscPrefix:
    case Opcode.simdPrefix:
      return true;
    default:
      return memoryArgument >= 0;
  }
}

function writeMoved(
  writer: Writer,
  bytes: Uint8Array,
  instruction: InstructionReader,
  { map, renumbering, sqlFunctionType }: CodeMove,
): void {
  switch (instruction.opcode) {
    case Opcode.call:
    case Opcode.returnCall:
    case Opcode.refFunc:
      writer.byte(instruction.opcode);
      writer.u32(renumbering.moved(instruction.index));
      return;
    case Opcode.callIndirect:
    case Opcode.returnCallIndirect:
      writer.byte(Opcode.i32Const);
      writer.s32(map.engineTableBase);
      writer.byte(Opcode.i32Add);
      if (instruction.opcode === Opcode.callIndirect && instruction.index === sqlFunctionType) {
        writer.byte(Opcode.call);
        writer.u32(renumbering.helper('callFunction'));
      } else {
        writer.range(bytes, instruction.start, instruction.end);
      }
      return;
    case Opcode.memorySize:
      writer.byte(Opcode.i32Const);
      writer.s32(map.engineHeapEnd / WASM_PAGE);
      return;
    case Opcode.miscPrefix:
      writeMiscellaneous(writer, bytes, instruction, renumbering);
      return;
    case Opcode.memoryGrow:
    case Opcode.tableGet:
    case Opcode.tableSet:
    case Opcode.simdPrefix:
      refuse(instruction);
  }
  writer.byte(instruction.opcode);
  writer.u32(instruction.alignment);
  writer.u32(instruction.offset + map.engineBase);
}

/** Behind this prefix are saturating truncations, which stay as they are, and bulk instructions. */
function writeMiscellaneous(
  writer: Writer,
  bytes: Uint8Array,
  instruction: InstructionReader,
  renumbering: Renumbering,
): void {
  switch (instruction.subOpcode) {
    case MiscOpcode.memoryCopy:
      writer.byte(Opcode.call);
      writer.u32(renumbering.helper('memoryCopy'));
      return;
    case MiscOpcode.memoryFill:
      writer.byte(Opcode.call);
      writer.u32(renumbering.helper('memoryFill'));
      return;
    default:
      if (instruction.subOpcode >= MiscOpcode.memoryInit) refuse(instruction);
      writer.range(bytes, instruction.start, instruction.end);
  }
}

function refuse(instruction: InstructionReader): never {
  throw new LinkError(
    'unsupported-instruction',
    `the engine uses ${instruction.name}, which cannot be relocated`,
    'Choose an engine build without it, or teach src/link/engine/move-code.ts',
  );
}
