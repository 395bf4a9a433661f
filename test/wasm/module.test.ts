import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import {
  readCode,
  readDataSegments,
  readElementSegments,
  readExports,
  readFunctions,
  readGlobals,
  readImports,
  readMemories,
  readNames,
  readStart,
  readTables,
  readTypes,
  SectionId,
  WasmModule,
  Writer,
  writeDataSegments,
  writeElementSegments,
  writeExports,
  writeFunctions,
  writeGlobals,
  writeImports,
  writeMemories,
  writeTables,
  writeTypes,
} from '../../src/wasm';
import { assemble } from './support/assemble';

const SAMPLE = `
  (import "ic0" "msg_reply" (func $reply))
  (import "ic0" "msg_reject" (func $reject (param i32 i32)))
  (memory (export "memory") 2 10)
  (table (export "table") 4 4 funcref)
  (global $counter (mut i64) (i64.const -5))
  (global (export "base") i32 (i32.const 1024))
  (data (i32.const 1024) "active")
  (data "passive")
  (elem (i32.const 1) $reply $work)
  (elem declare func $work)
  (start $work)
  (func $work (export "canister_update go") (local i32 i32 f64)
    (global.set $counter (i64.const 7)) (drop (ref.func $work)))`;

function engineWasm(): Uint8Array {
  const file = createRequire(import.meta.url).resolve('wa-sqlite/dist/wa-sqlite.wasm');
  return new Uint8Array(readFileSync(file));
}

describe('WasmModule', () => {
  it('reads the parts of a module', () => {
    const module = WasmModule.parse(assemble(SAMPLE));
    expect(readImports(module).map(({ module: from, name }) => `${from}.${name}`)).toEqual([
      'ic0.msg_reply',
      'ic0.msg_reject',
    ]);
    expect(readMemories(module)).toEqual([{ minimum: 2, maximum: 10, shared: false, wide: false }]);
    expect(readTables(module)[0]!.limits).toMatchObject({ minimum: 4, maximum: 4 });
    expect(readGlobals(module).map(({ initializer }) => initializer.constant)).toEqual([-5n, 1024n]);
    expect(readExports(module)).toContainEqual({ name: 'canister_update go', kind: 'function', index: 2 });
    expect(readStart(module)).toBe(2);
    const [active, passive] = readDataSegments(module);
    expect(active!.active!.offset.constant).toBe(1024n);
    expect(Buffer.from(passive!.bytes).toString()).toBe('passive');
    expect(passive!.active).toBeUndefined();
    const elements = readElementSegments(module).find(({ mode }) => mode === 'active')!;
    expect(elements.elements.map(({ functionIndex }) => functionIndex)).toEqual([0, 2]);
    expect(readCode(module).bodies[0]!.locals).toEqual([
      { count: 2, type: 0x7f },
      { count: 1, type: 0x7c },
    ]);
  });

  it('writes every section back as it was read', () => {
    for (const wasm of [assemble(SAMPLE), engineWasm()]) {
      const module = WasmModule.parse(wasm);
      writeTypes(module, readTypes(module));
      writeImports(module, readImports(module));
      writeFunctions(module, readFunctions(module));
      writeTables(module, readTables(module));
      writeMemories(module, readMemories(module));
      writeGlobals(module, readGlobals(module));
      writeExports(module, readExports(module));
      writeElementSegments(module, readElementSegments(module));
      writeDataSegments(module, readDataSegments(module));
      expect(Buffer.compare(module.encode(), wasm)).toBe(0);
    }
  });

  it('inserts a new section where the format wants it', () => {
    const module = WasmModule.parse(assemble('(func (export "f"))'));
    writeMemories(module, [{ minimum: 1, shared: false, wide: false }]);
    writeGlobals(module, []);
    const ids = module.sections.map(({ id }) => id).filter((id) => id !== SectionId.custom);
    expect(ids).toEqual([1, 3, 5, 6, 7, 10]);
    expect(WebAssembly.validate(module.encode())).toBe(true);
  });

  it('reads function names and keeps custom sections', () => {
    const body = new Writer();
    body.vector([0], (item, index) => {
      item.u32(index);
      item.text('first');
    });
    const section = new Writer();
    section.byte(1);
    section.lengthPrefixed(body.finish());
    const module = WasmModule.parse(assemble('(func (export "f"))'));
    module.addCustom('name', section.finish());
    const again = WasmModule.parse(module.encode());
    expect(readNames(again).functions.get(0)).toBe('first');
    again.filterCustom(({ name }) => name !== 'name');
    expect(readNames(again).functions.size).toBe(0);
  });

  it('refuses bytes that are not a module', () => {
    expect(() => WasmModule.parse(new Uint8Array(4))).toThrow(/not a WebAssembly module/);
    const wasm = assemble('(func)');
    expect(() => WasmModule.parse(wasm.subarray(0, wasm.length - 1))).toThrow(/bytes announced/);
    const twice = new Uint8Array([...wasm, 1, 1, 0]);
    expect(() => WasmModule.parse(twice)).toThrow(/repeated or out of order/);
  });
});
