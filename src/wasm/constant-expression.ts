import { InstructionReader } from './instruction';
import { Opcode } from './opcodes';
import type { Reader } from './reader';
import { Writer } from './writer';

/** An initialiser or a segment offset. */
export interface ConstantExpression {
  /** Encoded expression with its final `end`. */
  readonly bytes: Uint8Array;
  /** Whether it is a single instruction, as everything but the extended-constant proposal has it. */
  readonly isSingle: boolean;
  /** Set when the expression is exactly one `i32.const` or `i64.const`. */
  readonly constant?: bigint;
  /** Set when the expression is exactly one `global.get`. */
  readonly globalIndex?: number;
  /** Set when the expression is exactly one `ref.func`. */
  readonly functionIndex?: number;
  /** Set when the expression is exactly one `ref.null`. */
  readonly isNullReference?: true;
}

export function readConstantExpression(reader: Reader): ConstantExpression {
  const start = reader.position;
  const instruction = new InstructionReader(reader.bytes, start, reader.end);
  let found: Omit<ConstantExpression, 'bytes' | 'isSingle'> = {};
  let count = 0;
  for (;;) {
    if (!instruction.next()) reader.fail('constant expression without end');
    if (instruction.opcode === Opcode.end) break;
    count++;
    found = describe(instruction);
  }
  reader.position = instruction.end;
  const bytes = reader.bytes.subarray(start, instruction.end);
  return count === 1 ? { bytes, isSingle: true, ...found } : { bytes, isSingle: false };
}

function describe(instruction: InstructionReader): Omit<ConstantExpression, 'bytes' | 'isSingle'> {
  switch (instruction.opcode) {
    case Opcode.i32Const:
    case Opcode.i64Const:
      return { constant: instruction.constant };
    case Opcode.globalGet:
      return { globalIndex: instruction.index };
    case Opcode.refFunc:
      return { functionIndex: instruction.index };
    case Opcode.refNull:
      return { isNullReference: true };
    default:
      return {};
  }
}

export function i32Constant(value: number): ConstantExpression {
  const writer = new Writer(8);
  writer.byte(Opcode.i32Const);
  writer.s32(value);
  writer.byte(Opcode.end);
  return { bytes: writer.finish(), isSingle: true, constant: BigInt(value | 0) };
}

export function i64Constant(value: bigint): ConstantExpression {
  const writer = new Writer(16);
  writer.byte(Opcode.i64Const);
  writer.s64(value);
  writer.byte(Opcode.end);
  return { bytes: writer.finish(), isSingle: true, constant: BigInt.asIntN(64, value) };
}

export function functionReference(functionIndex: number): ConstantExpression {
  const writer = new Writer(8);
  writer.byte(Opcode.refFunc);
  writer.u32(functionIndex);
  writer.byte(Opcode.end);
  return { bytes: writer.finish(), isSingle: true, functionIndex };
}
