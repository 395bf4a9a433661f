import { type FunctionBody, InstructionReader, MiscOpcode, Opcode, type Writer } from '../../wasm';

/** New indices for what the instructions of a unit refer to. */
export interface Renumbering {
  functionIndex(index: number): number;
  typeIndex(index: number): number;
  globalIndex(index: number): number;
  /** Of a data segment. */
  segmentIndex(index: number): number;
}

/** Copies a body's instructions, with every index put through `renumbering`. */
export function copyBody(
  writer: Writer,
  bytes: Uint8Array,
  body: FunctionBody,
  renumbering: Renumbering,
): void {
  const instruction = new InstructionReader(bytes, body.instructions, body.end);
  let copied = body.instructions;
  while (instruction.next()) {
    const { opcode } = instruction;
    switch (opcode) {
      case Opcode.call:
      case Opcode.returnCall:
      case Opcode.refFunc:
        writer.range(bytes, copied, instruction.start);
        writer.byte(opcode);
        writer.u32(renumbering.functionIndex(instruction.index));
        break;
      case Opcode.callIndirect:
      case Opcode.returnCallIndirect:
        writer.range(bytes, copied, instruction.start);
        writer.byte(opcode);
        writer.u32(renumbering.typeIndex(instruction.index));
        writer.u32(instruction.secondIndex);
        break;
      case Opcode.globalGet:
      case Opcode.globalSet:
        writer.range(bytes, copied, instruction.start);
        writer.byte(opcode);
        writer.u32(renumbering.globalIndex(instruction.index));
        break;
      case Opcode.block:
      case Opcode.loop:
      case Opcode.if:
        if (instruction.blockType < 0) continue;
        writer.range(bytes, copied, instruction.start);
        writer.byte(opcode);
        writer.s32(renumbering.typeIndex(instruction.blockType));
        break;
      case Opcode.miscPrefix:
        if (instruction.subOpcode !== MiscOpcode.memoryInit && instruction.subOpcode !== MiscOpcode.dataDrop)
          continue;
        writer.range(bytes, copied, instruction.start);
        writer.byte(opcode);
        writer.u32(instruction.subOpcode);
        writer.u32(renumbering.segmentIndex(instruction.index));
        if (instruction.subOpcode === MiscOpcode.memoryInit) writer.u32(instruction.secondIndex);
        break;
      default:
        continue;
    }
    copied = instruction.end;
  }
  writer.range(bytes, copied, body.end);
}
