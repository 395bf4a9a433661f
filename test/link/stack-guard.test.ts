import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, it } from 'vitest';
import type { NodeModule } from '../../src/link';
import { findStackChanges, type StackBounds } from '../../src/link/engine/stack-guard';
import { readCode, WasmModule } from '../../src/wasm';
import { linkFixture } from './engine-fixture';
import { assemble } from './wat';

const BOUNDS: StackBounds = { stackPointer: 0, low: 1 << 20, size: 1 << 16, redZone: 128 };

/** Kinds of stack pointer changes in a function with this body. */
function changesIn(body: string): string[] {
  const bytes = assemble(`(module (memory 1) (global $sp (mut i32) (i32.const 65536))
    (func $callee (param i32)) (func $f (param $n i32) (local $frame i32) (local $other i32) ${body}))`);
  const code = readCode(WasmModule.parse(bytes));
  return [...findStackChanges(code, code.bodies[1]!, BOUNDS).values()].map(({ kind }) => kind);
}

const TAKE = '(global.set $sp (local.tee $frame (i32.sub (global.get $sp) (i32.const 48))))';
const GIVE_BACK = '(global.set $sp (i32.add (local.get $frame) (i32.const 48)))';

describe('changes of the stack pointer', () => {
  it('recognises a frame and its release', () => {
    expect(changesIn(`${TAKE} (call $callee (local.get $frame)) ${GIVE_BACK}`)).toEqual(['frame', 'release']);
  });

  it('recognises a frame that is taken by adding a negative size', () => {
    const take = '(global.set $sp (local.tee $frame (i32.add (global.get $sp) (i32.const -48))))';
    expect(changesIn(`${take} ${GIVE_BACK}`)).toEqual(['frame', 'release']);
  });

  it('trusts no release whose local was assigned otherwise', () => {
    expect(changesIn(`${TAKE} (local.set $frame (local.get $n)) ${GIVE_BACK}`)).toEqual([
      'frame',
      'computed',
    ]);
  });

  it('trusts no release of another size than the frame', () => {
    const release = '(global.set $sp (i32.add (local.get $frame) (i32.const 64)))';
    expect(changesIn(`${TAKE} ${release}`)).toEqual(['frame', 'computed']);
  });

  it('checks a frame of variable size and a restored pointer at both ends', () => {
    const alloca = '(global.set $sp (local.tee $other (i32.sub (local.get $frame) (local.get $n))))';
    expect(
      changesIn(`${TAKE} ${alloca} (call $callee (local.get $other)) (global.set $sp (local.get $n))`),
    ).toEqual(['frame', 'computed', 'computed']);
  });

  it('lets a leaf function use the red zone, and refuses one that uses more', () => {
    const leaf = (size: number) =>
      `(i32.store (i32.sub (global.get $sp) (i32.const ${size})) (local.get $n))`;
    expect(changesIn(leaf(128))).toEqual([]);
    expect(() => changesIn(leaf(144))).toThrow(/144 bytes below the stack pointer/);
  });

  it('refuses a frame that the stack cannot hold', () => {
    expect(() =>
      changesIn('(global.set $sp (local.tee $frame (i32.sub (global.get $sp) (i32.const 70000))))'),
    ).toThrow(/frame of 70000 bytes/);
  });
});

/** Runs in a thread with a large V8 stack, so that the engine's own stack ends first, as the guard is there to see. */
const OVERFLOW = `
const { parentPort, workerData: { bytes, map, sql } } = require('node:worker_threads');
let exports;
const text = (address, size) => new TextDecoder().decode(new Uint8Array(exports.memory.buffer, address, size));
const imports = { ic0: {}, quickjs: {} };
const module = new WebAssembly.Module(bytes);
for (const { module: space, name } of WebAssembly.Module.imports(module)) imports[space][name] = () => 0n;
imports.ic0.trap = (address, size) => { throw new Error(text(address, size)); };
exports = new WebAssembly.Instance(module, imports).exports;
exports.boot();
const engineMemory = () => new Uint8Array(exports.memory.buffer, map.engineBase);
const put = (string) => {
  const encoded = new TextEncoder().encode(string + '\\0');
  const address = exports.allocate(BigInt(encoded.length));
  engineMemory().set(encoded, address);
  return [address, encoded.length];
};
const out = exports.allocate(16n);
exports.open(put(':memory:')[0], out);
const connection = new DataView(exports.memory.buffer, map.engineBase).getUint32(out, true);
const [address, size] = put(sql);
const below = () => engineMemory().subarray(map.engineHeapEnd, map.stackLow);
below().fill(0x5a);
let message = 'no trap';
try { message = 'answered ' + exports.prepare(connection, address, size, out); } catch (error) { message = error.message; }
parentPort.postMessage({ message, below: below().every((byte) => byte === 0x5a) });
`;

describe('the stack guard', () => {
  let node: NodeModule;
  beforeAll(async () => {
    node = await linkFixture();
  });

  function prepare(sql: string): Promise<{ readonly message: string; readonly below: boolean }> {
    return new Promise((resolve, reject) => {
      const workerData = { bytes: node.bytes, map: node.map, sql };
      const worker = new Worker(OVERFLOW, { eval: true, workerData, resourceLimits: { stackSizeMb: 200 } });
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  }

  it('lets an expression pass that is deep but fits', async () => {
    expect(await prepare(`select 1${'+1'.repeat(1000)}`)).toEqual({ message: 'answered 0', below: true });
  });

  it('ends the message when hostile SQL recurses past the stack, and nothing below was written', async () => {
    expect(await prepare(`select 1${'+1'.repeat(100_000)}`)).toEqual({ message: 'stack', below: true });
  });
});
