import { describe, expect, it } from 'vitest';
import { findFramelessRecursion } from '../../src/link/engine/frameless-recursion';
import { findStackChanges, type StackBounds } from '../../src/link/engine/stack-guard';
import { readCode, WasmModule } from '../../src/wasm';
import { assemble } from './wat';

const BOUNDS: StackBounds = { stackPointer: 0, low: 1 << 20, size: 1 << 16, redZone: 128 };
const FRAME = '(global.set $sp (local.tee $frame (i32.sub (global.get $sp) (i32.const 48))))';
const IMPORTED = 1;

/** The calls that get a frame, as `caller>callee` by the functions' indices without imports. */
function recursiveCalls(...bodies: string[]): string[] {
  const functions = bodies.map((body, index) => `(func $f${index} (local $frame i32) ${body})`).join('');
  const bytes = assemble(`(module (import "host" "imported" (func $imported)) (memory 1)
    (global $sp (mut i32) (i32.const 65536)) ${functions})`);
  const code = readCode(WasmModule.parse(bytes));
  const changes = code.bodies.map((body) => findStackChanges(code, body, BOUNDS));
  const found = findFramelessRecursion(code, IMPORTED, (position) => changes[position]!.size > 0);
  return [...found].flatMap(([caller, callees]) =>
    [...callees].map((callee) => `${caller}>${callee - IMPORTED}`),
  );
}

describe('recursion without frames', () => {
  it('is a function that calls itself', () => {
    expect(recursiveCalls('(call $f0)')).toEqual(['0>0']);
  });

  it('is functions that call each other in a circle, and no call that leads out of it', () => {
    expect(recursiveCalls('(call $f1) (call $f3)', '(call $f2)', '(call $f0)', '(call $imported)')).toEqual([
      '0>1',
      '1>2',
      '2>0',
    ]);
  });

  it('is none where each round passes a frame', () => {
    expect(recursiveCalls(`${FRAME} (call $f0)`)).toEqual([]);
    expect(recursiveCalls('(call $f1)', `${FRAME} (call $f0)`)).toEqual([]);
  });

  it('is also a shorter way round that passes none', () => {
    expect(recursiveCalls('(call $f1) (call $f0)', `${FRAME} (call $f0)`)).toEqual(['0>0']);
  });

  it('is none where functions only call one another in a line', () => {
    expect(recursiveCalls('(call $f1)', '(call $f2) (call $f2)', '(call $imported)')).toEqual([]);
  });
});
