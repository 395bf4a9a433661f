import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { InstructionReader, Opcode, readCode, WasmModule, Writer } from '../../src/wasm';
import { assemble } from './support/assemble';

function firstBody(text: string): InstructionReader {
  const code = readCode(WasmModule.parse(assemble(text)));
  const body = code.bodies[0]!;
  return new InstructionReader(code.bytes, body.instructions, body.end);
}

function names(text: string): string[] {
  const instruction = firstBody(text);
  const list: string[] = [];
  while (instruction.next()) list.push(instruction.name);
  return list;
}

describe('InstructionReader', () => {
  it('names instructions of all opcode spaces', () => {
    expect(
      names(`(memory 1) (table 1 funcref) (type $t (func))
        (func $f
          (i32.store offset=300 align=2 (i32.const 1) (i32.trunc_sat_f64_u (f64.const 2)))
          (memory.copy (i32.const 1) (i32.const 2) (i32.const 3))
          (drop (i8x16.extract_lane_u 3 (v128.load8_lane 2 (i32.const 0) (v128.const i32x4 0 0 0 0))))
          (drop (i64.extend32_s (i64.const -1)))
          (call_indirect (type $t) (i32.const 0))
          (return_call $f))`),
    ).toEqual([
      'i32.const',
      'f64.const',
      'i32.trunc_sat_f64_u',
      'i32.store',
      'i32.const',
      'i32.const',
      'i32.const',
      'memory.copy',
      'i32.const',
      'v128.const',
      'v128.load8_lane',
      'i8x16.extract_lane_u',
      'drop',
      'i64.const',
      'i64.extend32_s',
      'drop',
      'i32.const',
      'call_indirect',
      'return_call',
      'end',
    ]);
  });

  it('tells immediates and where they are', () => {
    const instruction = firstBody(
      '(memory 1) (func (i32.store offset=300 align=2 (i32.const -7) (i32.const 70000)))',
    );
    instruction.next();
    expect(instruction.constant).toBe(-7n);
    expect(instruction.memoryArgument).toBe(-1);
    instruction.next();
    expect(instruction.constant).toBe(70000n);
    instruction.next();
    expect(instruction).toMatchObject({ opcode: Opcode.i32Store, offset: 300, alignment: 1, memoryIndex: 0 });
    expect(instruction.memoryArgument).toBe(instruction.start + 1);
    expect(instruction.memoryArgumentEnd).toBe(instruction.end);
  });

  it('covers every byte of a real engine', () => {
    const file = createRequire(import.meta.url).resolve('wa-sqlite/dist/wa-sqlite.wasm');
    const code = readCode(WasmModule.parse(new Uint8Array(readFileSync(file))));
    const gaps: number[] = [];
    for (const body of code.bodies) {
      const instruction = new InstructionReader(code.bytes, body.instructions, body.end);
      let at = body.instructions;
      while (instruction.next()) {
        if (instruction.start !== at) gaps.push(at);
        at = instruction.end;
      }
      if (instruction.opcode !== Opcode.end || at !== body.end) gaps.push(at);
    }
    expect(code.bodies.length).toBeGreaterThan(1000);
    expect(gaps).toEqual([]);
  });

  it('streams a rewrite: other code stays byte for byte', () => {
    const code = readCode(
      WasmModule.parse(assemble('(func (result i32) (i32.add (i32.const 1) (i32.const 2)))')),
    );
    const body = code.bodies[0]!;
    const instruction = new InstructionReader(code.bytes, body.instructions, body.end);
    const output = new Writer();
    let copied = body.instructions;
    while (instruction.next()) {
      if (instruction.opcode !== Opcode.i32Add) continue;
      output.range(code.bytes, copied, instruction.start);
      output.byte(Opcode.i32Sub);
      copied = instruction.end;
    }
    output.range(code.bytes, copied, body.end);
    expect([...output.finish()]).toEqual([0x41, 1, 0x41, 2, 0x6b, 0x0b]);
  });

  it.each([
    ['an unassigned opcode', [0x06]],
    ['an exception instruction', [0x1f, 0x40, 0x00]],
    ['an atomic instruction', [0xfe, 0x10, 0x02, 0x00]],
    ['a relaxed SIMD instruction', [0xfd, 0x80, 0x02]],
    ['an unassigned SIMD opcode', [0xfd, 0x9a, 0x01]],
    ['a misc opcode beyond the known ones', [0xfc, 0x12]],
  ])('refuses %s by name', (_what, bytes) => {
    const instruction = new InstructionReader(Uint8Array.from(bytes), 0, bytes.length);
    expect(() => instruction.next()).toThrow(/unknown opcode 0x/);
  });
});
