import { describe, expect, it } from 'vitest';
import { LinkError, type LinkErrorCode } from '../../src/link';
import { mergeUnits } from '../../src/link/merge/merge';
import { readUnit, type Unit, type UnitOptions } from '../../src/link/merge/unit';
import { functionImports, readFunctions, readImports, readNames } from '../../src/wasm';
import { assemble } from './wat';

const EXTERNALS = new Set(['ic0']);

function unit(text: string, options: Partial<UnitOptions> = {}): Unit {
  return readUnit(assemble(text), { title: 'a unit', provides: [], ...options });
}

function exportsOf(from: Unit) {
  return from.exports
    .filter(({ kind }) => kind === 'function')
    .map(({ name, index }) => ({ unit: from, name, index }));
}

function expectRefusal(action: () => unknown, code: LinkErrorCode, message: RegExp): void {
  const refusal = (() => {
    try {
      action();
      return undefined;
    } catch (error) {
      return error;
    }
  })();
  expect(refusal).toBeInstanceOf(LinkError);
  expect((refusal as LinkError).code).toBe(code);
  expect((refusal as LinkError).message).toMatch(message);
}

const HOST = `(module (memory 1) (table 4 funcref) (elem (i32.const 1) $one)
  (global $count (mut i32) (i32.const 10))
  (func $one (result i32) (i32.const 1))
  (func $bump (export "bump") (param i32) (result i32)
    (global.set $count (i32.add (global.get $count) (local.get 0))) (global.get $count))
  (func $unused (result i32) (i32.const 99))
  (func $twice (export "twice") (param i32) (result i32) (i32.mul (i32.const 2) (call $bump (local.get 0)))))`;

const GUEST = `(module (import "host" "memory" (memory 1)) (import "host" "table" (table 4 funcref))
  (import "host" "bump" (func $bump (param i32) (result i32)))
  (import "ic0" "ping" (func $ping (param i64)))
  (global $own (mut i64) (i64.const 5)) (type $none (func (result i32)))
  (elem (i32.const 2) $two) (func $two (result i32) (call $bump (i32.const 100)))
  (data (i32.const 8) "guest")
  (func (export "run") (param $f i32) (result i32)
    (call $ping (global.get $own)) (global.set $own (i64.add (global.get $own) (i64.const 1)))
    (block (result i32) (call_indirect (type $none) (local.get $f)))))`;

describe('merging units', () => {
  it('joins calls, globals, tables and data of several modules, and runs', () => {
    const host = unit(HOST, { provides: ['host'] });
    const guest = unit(GUEST);
    const merged = mergeUnits([host, guest], {
      externals: EXTERNALS,
      exports: [...exportsOf(host), ...exportsOf(guest)],
    });
    const pings: bigint[] = [];
    const imports = { ic0: { ping: (value: bigint) => void pings.push(value) } };
    const module = new WebAssembly.Module(new Uint8Array(merged.encode()));
    const exports = new WebAssembly.Instance(module, imports).exports as Record<
      string,
      (n: number) => number
    >;
    expect(exports.run!(2)).toBe(110);
    expect(exports.run!(1)).toBe(1);
    expect(exports.twice!(5)).toBe(230);
    expect(pings).toEqual([5n, 6n]);
  });

  it('drops what neither an export nor the table reaches, and keeps names', () => {
    const host = unit(HOST, { provides: ['host'] });
    const bump = exportsOf(host).filter(({ name }) => name === 'bump');
    const merged = mergeUnits([host], { externals: EXTERNALS, exports: bump });
    expect(readFunctions(merged)).toHaveLength(2);
    expect([...readNames(merged).functions.values()]).toEqual(['one', 'bump']);
  });

  it('keeps an import of the outside only when it is called', () => {
    const idle = unit(`(module (import "ic0" "ping" (func $ping)) (import "gone" "x" (func $x))
      (func $calls (call $ping) (call $x)) (func (export "idle")))`);
    const merged = mergeUnits([idle], { externals: EXTERNALS, exports: exportsOf(idle) });
    expect(functionImports(readImports(merged))).toEqual([]);
  });

  it('sends every use of a redirected function elsewhere, but not that of the one who wraps it', () => {
    const host = unit(HOST, {
      provides: ['host'],
      redirects: new Map([['bump', { module: 'wrapper', name: 'wrap' }]]),
    });
    const wrapper = unit(
      `(module (import "host" "bump" (func $bump (param i32) (result i32)))
        (func (export "wrap") (param i32) (result i32) (i32.add (i32.const 1000) (call $bump (local.get 0)))))`,
      { provides: ['wrapper'] },
    );
    const twice = exportsOf(host).filter(({ name }) => name === 'twice');
    const merged = mergeUnits([host, wrapper], { externals: EXTERNALS, exports: twice });
    const module = new WebAssembly.Module(new Uint8Array(merged.encode()));
    const exports = new WebAssembly.Instance(module, {}).exports as Record<string, (n: number) => number>;
    expect(exports.twice!(1)).toBe(2022);
  });

  it('refuses a symbol that nobody has, naming all of them', () => {
    const wanting = unit(`(module (import "host" "x" (func $x)) (import "host" "y" (func $y))
      (func (export "f") (call $x) (call $y)))`);
    const host = unit('(module)', { provides: ['host'] });
    const exports = exportsOf(wanting);
    expectRefusal(
      () => mergeUnits([host, wanting], { externals: EXTERNALS, exports }),
      'missing-symbol',
      /host\.x.*host\.y/,
    );
  });

  it('refuses a symbol of another type', () => {
    const wanting = unit(
      '(module (import "host" "bump" (func $b (param i64))) (func (export "f") (call $b (i64.const 1))))',
    );
    const host = unit(HOST, { provides: ['host'] });
    const exports = exportsOf(wanting);
    expectRefusal(
      () => mergeUnits([host, wanting], { externals: EXTERNALS, exports }),
      'missing-symbol',
      /host\.bump as \(i64\) -> \(\), a unit has it as \(i32\) -> \(i32\)/,
    );
  });

  it('refuses an import from a module that is neither here nor the outside', () => {
    const wanting = unit('(module (import "env" "x" (func $x)) (func (export "f") (call $x)))');
    const exports = exportsOf(wanting);
    expectRefusal(
      () => mergeUnits([wanting], { externals: EXTERNALS, exports }),
      'unexpected-import',
      /env\.x/,
    );
  });

  it.each([
    ['unexpected-memory', '(memory 1)', /second memory/],
    ['unexpected-table', '(table 1 funcref)', /second table/],
  ] as const)('refuses with %s', (code, definition, message) => {
    const units = [unit(`(module ${definition})`), unit(`(module ${definition})`)];
    expectRefusal(() => mergeUnits(units, { externals: EXTERNALS, exports: [] }), code, message);
  });

  it('keeps one start function and refuses a second', () => {
    const starting = () =>
      unit('(module (global $g (mut i32) (i32.const 0)) (start $s) (func $s (global.set $g (i32.const 7))))');
    const merged = mergeUnits([starting()], { externals: EXTERNALS, exports: [] });
    expect(readFunctions(merged)).toHaveLength(1);
    const units = [starting(), starting()];
    expectRefusal(
      () => mergeUnits(units, { externals: EXTERNALS, exports: [] }),
      'unexpected-segment',
      /second start/,
    );
  });

  it('refuses imported globals', () => {
    expectRefusal(() => unit('(module (import "host" "g" (global i32)))'), 'unexpected-import', /global/);
  });

  it('refuses to redirect a function that is not there', () => {
    const redirects = new Map([['JS_NewContext', { module: 'native', name: 'wrap' }]]);
    expectRefusal(() => unit(HOST, { redirects }), 'missing-symbol', /JS_NewContext/);
  });
});
