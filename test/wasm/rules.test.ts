import binaryen from 'binaryen';
import { describe, expect, it } from 'vitest';
import { SectionId, ValueType, WasmModule, Writer } from '../../src/wasm';
import { auditFigures, CanisterLimit, type CanisterRule, validateCanister } from '../../src/wasm/rules';
import { assemble } from './support/assemble';

const GOOD = `
  (import "ic0" "msg_reply" (func $reply))
  (import "ic0" "stable64_write" (func $write (param i64 i64 i64)))
  (memory (export "memory") 1)
  (table (export "table") 2 2 funcref)
  (global $g (mut i32) (i32.const 0))
  (data (i32.const 65530) "abcdef")
  (elem (i32.const 0) $go)
  (start $go)
  (func $go)
  (func (export "canister_init"))
  (func (export "canister_update go") (call $reply))
  (func (export "canister_query look at me"))
  (func (export "helper") (param i32))`;

function rulesOf(wasm: Uint8Array): CanisterRule[] {
  return [...new Set(validateCanister(wasm).violations.map(({ rule }) => rule))];
}

/** Builds a module from sections that no assembler would write. */
function handmade(...sections: readonly (readonly [SectionId, (writer: Writer) => void])[]): Uint8Array {
  const module = WasmModule.parse(assemble(''));
  for (const [id, write] of sections) {
    const writer = new Writer();
    write(writer);
    module.setBody(id, writer.finish());
  }
  return module.encode();
}

function repeated(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('\n');
}

function withCustom(...sections: readonly (readonly [name: string, bytes: number])[]): Uint8Array {
  const module = WasmModule.parse(assemble(GOOD));
  for (const [name, bytes] of sections) module.addCustom(name, new Uint8Array(bytes));
  return module.encode();
}

/** A module whose one function is `count` times the same instructions. */
function withRepeatedCode(count: number, instructions: readonly number[]): Uint8Array {
  const body = new Uint8Array(count * instructions.length + 2);
  for (let at = 1; at < body.length - 1; at += instructions.length) body.set(instructions, at);
  body[body.length - 1] = 0x0b;
  return handmade(
    [SectionId.type, (writer) => writer.bytes(Uint8Array.of(1, 0x60, 0, 0))],
    [SectionId.function, (writer) => writer.bytes(Uint8Array.of(1, 0))],
    [
      SectionId.code,
      (writer) => {
        writer.u32(1);
        writer.lengthPrefixed(body);
      },
    ],
  );
}

describe('validateCanister', () => {
  it('accepts a module that follows the rules', () => {
    const { violations, facts } = validateCanister(assemble(GOOD));
    expect(violations).toEqual([]);
    expect(facts).toMatchObject({
      imports: ['ic0.msg_reply', 'ic0.stable64_write'],
      memories: 1,
      memoryPages: 1,
      dataEnd: 65_536,
      tables: 1,
      tableElements: 2,
      functions: 5,
      globals: 1,
      methods: ['go', 'look at me'],
      methodNameBytes: 12,
      memoryExports: 1,
      tableExports: 1,
      hasStart: true,
    });
  });

  const asText: readonly (readonly [CanisterRule, string, string?])[] = [
    ['import-module', '(import "env" "f" (func))'],
    ['import-module', '(import "env" "memory" (memory 1))', 'a memory from outside'],
    ['import-kind', '(import "ic0" "g" (global i32))'],
    ['import-name', '(import "ic0" "msg_reply_all" (func))'],
    ['import-signature', '(import "ic0" "msg_reply" (func (param i32)))'],
    ['import-signature', '(import "ic0" "stable64_grow" (func (param i64) (result i32)))', 'result'],
    ['table-size', '(table 1000001 funcref)'],
    ['table-type', '(table 1 externref)'],
    ['table-instruction', '(table 1 funcref) (func (table.set (i32.const 0) (ref.null func)))'],
    [
      'table-instruction',
      '(table 1 funcref) (func (drop (table.grow (ref.null func) (i32.const 1))))',
      'grow',
    ],
    [
      'table-instruction',
      '(table 1 funcref) (func (table.fill (i32.const 0) (ref.null func) (i32.const 1)))',
      'fill',
    ],
    [
      'table-instruction',
      '(table 1 funcref) (func (table.copy (i32.const 0) (i32.const 0) (i32.const 1)))',
      'copy',
    ],
    [
      'table-instruction',
      '(table 1 funcref) (elem $e funcref) (func (table.init $e (i32.const 0) (i32.const 0) (i32.const 0)))',
      'init',
    ],
    ['data-bounds', '(memory 1) (data (i32.const 65531) "abcdef")'],
    ['global-count', repeated(1001, () => '(global i32 (i32.const 0))')],
    ['function-count', repeated(50_001, () => '(func)')],
    ['function-signature', `(func (param ${repeated(1001, () => 'i32')}))`],
    ['function-locals', `(func (local ${repeated(50_001, () => 'i32')}))`],
    ['export-name', '(func (export "canister_updates go"))'],
    ['export-name', '(func (export "canister_update"))', 'no method name'],
    ['export-reserved', '(func (export "canister_start"))'],
    ['export-reserved', '(global (export "stable_memory") i32 (i32.const 0))', 'not a function'],
    ['export-type', '(func (export "canister_init") (param i32))'],
    ['export-type', '(func (export "canister_query go") (result i32) (i32.const 1))', 'result'],
    ['export-duplicate', '(func (export "canister_update go") (export "canister_query go"))'],
    ['export-count', repeated(1001, (index) => `(func (export "canister_query q${index}"))`)],
    ['export-name-length', `(func (export "canister_query ${'x'.repeat(20_001)}"))`],
    ['export-memory', '(memory (export "a") (export "b") 1)'],
    ['export-memory', '(memory (export "a") 1) (func (export "memory"))', 'another export takes the name'],
    ['export-table', '(table (export "a") (export "b") 1 funcref)'],
    ['name-length', `(func (export "${'x'.repeat(100_001)}"))`],
  ];

  const cases = asText.map(([rule, text, label = '']) => ({ rule, text, label }));

  it.each(cases)('refuses by $rule $label', ({ rule, text }) => {
    expect(rulesOf(assemble(text))).toContain(rule);
  });

  it('refuses two memories, and a shared one', () => {
    const { MultiMemory, Atomics: Threads } = binaryen.Features;
    expect(rulesOf(assemble('(memory $a 1) (memory $b 1)', MultiMemory))).toContain('memory-count');
    expect(rulesOf(assemble('(memory 1 1 shared)', Threads))).toContain('memory-shared');
  });

  it('refuses two tables', () => {
    expect(rulesOf(assemble('(table $a 1 funcref) (table $b 1 funcref)'))).toContain('table-count');
  });

  it('refuses memories that are too large', () => {
    const sized = (flags: number, pages: bigint) =>
      handmade([
        SectionId.memory,
        (writer) => {
          writer.u32(1);
          writer.byte(flags);
          writer.u64(pages);
        },
      ]);
    expect(rulesOf(sized(0, 65_537n))).toEqual(['memory-size']);
    expect(rulesOf(sized(4, 98_304n))).toEqual([]);
    expect(rulesOf(sized(4, 98_305n))).toEqual(['memory-size']);
  });

  it('refuses data at a place that is not one constant', () => {
    const text = '(global $base i32 (i32.const 8)) (memory 1) (data (global.get $base) "x")';
    expect(rulesOf(assemble(text))).toEqual(['data-offset']);
  });

  it('refuses too many data segments', () => {
    const count = CanisterLimit.dataSegments + 1;
    const wasm = handmade([
      SectionId.data,
      (writer) => {
        writer.u32(count);
        for (let index = 0; index < count; index++) writer.bytes(Uint8Array.of(1, 0));
      },
    ]);
    expect(rulesOf(wasm)).toEqual(['data-count']);
  });

  it('refuses extended constant expressions', () => {
    const wasm = handmade([
      SectionId.global,
      (writer) => writer.bytes(Uint8Array.of(1, ValueType.i32, 0, 0x41, 1, 0x41, 2, 0x6a, 0x0b)),
    ]);
    expect(rulesOf(wasm)).toEqual(['constant-expression']);
  });

  it('refuses globals of reference type', () => {
    expect(rulesOf(assemble('(global externref (ref.null extern))'))).toEqual(['global-type']);
  });

  it('refuses functions that are too large or too complex', () => {
    const nop = [0x01];
    expect(rulesOf(withRepeatedCode(999_999, nop))).toEqual([]);
    expect(rulesOf(withRepeatedCode(1_000_000, nop))).toEqual(['function-size', 'function-complexity']);
    const emptyBlock = [0x02, 0x40, 0x0b];
    // A block weighs 50 and its end 1, the function's own end 1.
    expect(rulesOf(withRepeatedCode(19_607, emptyBlock))).toEqual([]);
    expect(rulesOf(withRepeatedCode(19_608, emptyBlock))).toEqual(['function-complexity']);
  });

  it.each([
    [12, []],
    [13, ['code-size']],
  ])('takes code sections of 12 MiB: %i million bytes', (count, rules) => {
    const function_ = [0, ...Array.from({ length: 999_998 }, () => 0x01), 0x0b];
    const wasm = handmade(
      [SectionId.type, (writer) => writer.bytes(Uint8Array.of(1, 0x60, 0, 0))],
      [SectionId.function, (writer) => writer.vector(new Array(count).fill(0), (item) => item.u32(0))],
      [
        SectionId.code,
        (writer) => {
          const body = Uint8Array.from(function_);
          writer.vector(new Array(count).fill(body), (item, bytes: Uint8Array) => item.lengthPrefixed(bytes));
        },
      ],
    );
    expect(rulesOf(wasm)).toEqual(rules);
  });

  it('refuses instructions that the IC does not know', () => {
    expect(rulesOf(withRepeatedCode(1, [0x1f, 0x40, 0x00]))).toEqual(['unknown-instruction']);
    expect(rulesOf(withRepeatedCode(1, [0xfd, 0x80, 0x02]))).toEqual(['unknown-instruction']);
  });

  it('refuses debug names that are too long', () => {
    const module = WasmModule.parse(assemble(GOOD));
    const names = new Writer();
    names.vector([0], (item) => {
      item.u32(0);
      item.text('x'.repeat(CanisterLimit.functionNameBytes + 1));
    });
    const section = new Writer();
    section.byte(1);
    section.lengthPrefixed(names.finish());
    module.addCustom('name', section.finish());
    expect(rulesOf(module.encode())).toEqual(['function-name']);
  });

  it('refuses malformed, repeated, too many and too large icp: sections, and ignores all others', () => {
    expect(rulesOf(withCustom(['icp:public candid:service', 9], ['icp:private x', 1], ['other', 2]))).toEqual(
      [],
    );
    expect(rulesOf(withCustom(['icp:secret x', 1]))).toEqual(['icp-section-name']);
    expect(rulesOf(withCustom(['icp:public x', 1], ['icp:private x', 1]))).toEqual(['icp-section-duplicate']);
    const many = Array.from({ length: 17 }, (_, index) => [`icp:public ${index}`, 1] as const);
    expect(rulesOf(withCustom(...many))).toEqual(['icp-section-count']);
    expect(rulesOf(withCustom(['icp:public x', 2 ** 20]))).toEqual(['icp-section-size']);
    expect(rulesOf(withCustom(['icp:public', 1]))).toEqual(['icp-section-name']);
  });

  it('counts of icp: sections the contents and the name behind its prefix, which may be empty', () => {
    expect(rulesOf(withCustom(['icp:public x', 2 ** 20 - 1], ['icp:private ', 0]))).toEqual([]);
    expect(rulesOf(withCustom(['icp:public xy', 2 ** 20 - 1]))).toEqual(['icp-section-size']);
    const { icpSectionBytes } = validateCanister(
      withCustom(['icp:public abc', 9], ['icp:private ', 2]),
    ).facts;
    expect(icpSectionBytes).toBe(3 + 9 + 2);
  });

  it('refuses a module that is too large, and bytes that are no module', () => {
    const module = WasmModule.parse(assemble(GOOD));
    module.addCustom('padding', new Uint8Array(CanisterLimit.moduleBytes));
    expect(rulesOf(module.encode())).toEqual(['module-size']);
    expect(rulesOf(new Uint8Array(100))).toEqual(['malformed-module']);
  });

  it('names the function and the value found in its messages', () => {
    const { violations } = validateCanister(withRepeatedCode(1_000_000, [0x01]));
    expect(violations[0]).toEqual({
      rule: 'function-size',
      message: 'instructions of function 0: 1000001, allowed are 1000000',
    });
  });

  it('sets every fact that has a limit beside it', () => {
    const figures = auditFigures(validateCanister(assemble(GOOD)).facts);
    expect(figures.every(({ value, limit }) => value <= limit)).toBe(true);
    expect(figures.find(({ name }) => name === 'end of active data')).toEqual({
      name: 'end of active data',
      value: 65_536,
      limit: 65_536,
      unit: 'bytes',
    });
  });
});
