import {
  type CodeSection,
  type FunctionType,
  functionTypeText,
  InstructionReader,
  Opcode,
  ValueType,
  Writer,
} from '../../wasm';

/**
 * An engine that was linked for JavaScript without 64-bit integers exports stubs that take them as pairs of 32 bits (low, high) and
 * return the upper half through a global. Native code wants the functions themselves.
 */
export type WideForm =
  /** The stub only forwards to this function, which can be called instead. */
  | { readonly kind: 'target'; readonly index: number }
  /** The compiler put the function into its stub: an adapter around the stub has this body (without a size prefix). */
  | { readonly kind: 'adapter'; readonly body: Uint8Array };

export interface EngineFunctions {
  typeOf(index: number): FunctionType;
  /** Index in the module that the adapter joins. */
  moved(index: number): number;
}

/** Whether `offered` is what a function of type `wanted` looks like to JavaScript without 64-bit integers. */
export function isNarrowedFrom(offered: FunctionType, wanted: FunctionType): boolean {
  return functionTypeText(offered) === functionTypeText(narrow(wanted));
}

function narrow(type: FunctionType): FunctionType {
  return {
    parameters: type.parameters.flatMap((value) =>
      value === ValueType.i64 ? [ValueType.i32, ValueType.i32] : [value],
    ),
    results: type.results.map((value) => (value === ValueType.i64 ? ValueType.i32 : value)),
  };
}

/**
 * @param stub index of the exported stub, imports included
 * @param upperHalf index of the global that holds the upper half of a 64-bit result
 */
export function widen(
  code: CodeSection,
  imported: number,
  stub: number,
  wanted: FunctionType,
  upperHalf: number,
  functions: EngineFunctions,
): WideForm {
  const target = forwardedTo(code, stub - imported, wanted, upperHalf);
  if (target !== undefined && functionTypeText(functions.typeOf(target)) === functionTypeText(wanted)) {
    return { kind: 'target', index: target };
  }
  return { kind: 'adapter', body: writeAdapter(functions.moved(stub), wanted, upperHalf) };
}

/** The function that the stub calls, if the stub does nothing but join the halves, call, and split the result. */
function forwardedTo(
  code: CodeSection,
  bodyIndex: number,
  wanted: FunctionType,
  upperHalf: number,
): number | undefined {
  const body = code.bodies[bodyIndex]!;
  const instruction = new InstructionReader(code.bytes, body.instructions, body.end);
  const found: string[] = [];
  let target: number | undefined;
  while (instruction.next()) {
    if (instruction.opcode === Opcode.call) target = instruction.index;
    found.push(describe(instruction));
  }
  return found.join() === expectedStub(wanted, upperHalf).join() ? target : undefined;
}

function describe(instruction: InstructionReader): string {
  switch (instruction.opcode) {
    case Opcode.localGet:
    case Opcode.localTee:
    case Opcode.globalSet:
      return `${instruction.name} ${instruction.index}`;
    case Opcode.i64Const:
      return `${instruction.name} ${instruction.constant}`;
    default:
      return instruction.name;
  }
}

function expectedStub(wanted: FunctionType, upperHalf: number): string[] {
  const expected: string[] = [];
  let local = 0;
  for (const value of wanted.parameters) {
    expected.push(`local.get ${local++}`);
    if (value !== ValueType.i64) continue;
    expected.push(
      'i64.extend_i32_u',
      `local.get ${local++}`,
      'i64.extend_i32_u',
      'i64.const 32',
      'i64.shl',
      'i64.or',
    );
  }
  expected.push('call');
  if (wanted.results[0] === ValueType.i64) {
    expected.push(
      `local.tee ${local}`,
      'i64.const 32',
      'i64.shr_u',
      'i32.wrap_i64',
      `global.set ${upperHalf}`,
    );
    expected.push(`local.get ${local}`, 'i32.wrap_i64');
  }
  expected.push('end');
  return expected;
}

function writeAdapter(stub: number, wanted: FunctionType, upperHalf: number): Uint8Array {
  const writer = new Writer(64);
  writer.u32(0);
  wanted.parameters.forEach((value, local) => {
    writer.byte(Opcode.localGet);
    writer.u32(local);
    if (value !== ValueType.i64) return;
    writer.byte(I32_WRAP_I64);
    writer.byte(Opcode.localGet);
    writer.u32(local);
    writeShift(writer, I64_SHR_U);
    writer.byte(I32_WRAP_I64);
  });
  writer.byte(Opcode.call);
  writer.u32(stub);
  if (wanted.results[0] === ValueType.i64) {
    writer.byte(Opcode.i64ExtendI32U);
    writer.byte(Opcode.globalGet);
    writer.u32(upperHalf);
    writer.byte(Opcode.i64ExtendI32U);
    writeShift(writer, I64_SHL);
    writer.byte(I64_OR);
  }
  writer.byte(Opcode.end);
  return writer.finish();
}

function writeShift(writer: Writer, operation: number): void {
  writer.byte(Opcode.i64Const);
  writer.s64(32n);
  writer.byte(operation);
}

const I32_WRAP_I64 = 0xa7;
const I64_SHL = 0x86;
const I64_SHR_U = 0x88;
const I64_OR = 0x84;
