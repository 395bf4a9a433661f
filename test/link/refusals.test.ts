import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  defaultIngredients,
  type EngineDescriptor,
  LinkError,
  type LinkErrorCode,
  linkCanister,
  linkNode,
} from '../../src/link';
import { relocateEngine } from '../../src/link/engine/relocate';
import { readEmscriptenNames } from '../../src/link/engine/wa-sqlite';
import { requireAllocatorStaysOut } from '../../src/link/host/allocator';
import { readUnit } from '../../src/link/merge/unit';
import { layOut, requireStaticDataFits } from '../../src/link/native/address-map';
import { auditCanister } from '../../src/link/output/audit';
import { sha256 } from '../../src/link/packages';
import { WasmModule } from '../../src/wasm';
import { FIXTURES, OUTPUT } from './engine-fixture';
import { assemble } from './wat';

async function refusalOf(action: () => unknown): Promise<LinkError> {
  try {
    await action();
  } catch (error) {
    expect(error).toBeInstanceOf(LinkError);
    return error as LinkError;
  }
  throw new Error('nothing was refused');
}

async function expectRefusal(action: () => unknown, code: LinkErrorCode, message: RegExp): Promise<void> {
  const refusal = await refusalOf(action);
  expect(refusal.code).toBe(code);
  expect(refusal.message).toMatch(message);
}

const MAP = layOut(
  { memoryPages: 22, tableSize: 10 },
  { tableSize: 3, heapBase: 131_072, stackBytes: 65_536 },
);

/** Names as they are, by which every import and export of a hand-written engine is known. */
const NAMES = {
  exports: new Map(['sp', 'upper', 'sqlite3_run'].map((name) => [name, name])),
  imports: new Map([['abort_js', 'abort_js']]),
};

const DESCRIPTOR: EngineDescriptor = {
  ...defaultIngredients().engine,
  stack: { current: 'sp', bytes: 65_536, redZone: 128 },
  upperHalf: 'upper',
};

/** An engine with what the link wants of every engine, and these definitions and this code. */
function relocate(definitions: string, code = '', before = '(memory 1) (table 3 funcref)'): void {
  const bytes = assemble(`(module (import "a" "abort_js" (func $abort)) ${before}
    (global $sp (mut i32) (i32.const 65536)) (global $upper (mut i32) (i32.const 0))
    (func (export "sp") (result i32) (global.get $sp)) (func (export "upper") (result i32) (global.get $upper))
    ${definitions} (func (export "sqlite3_run") (param $n i32) ${code}))`);
  relocateEngine(WasmModule.parse(bytes), DESCRIPTOR, NAMES, MAP, new Map());
}

describe('an engine is refused', () => {
  it.each([
    ['memory.grow', '(drop (memory.grow (i32.const 1)))'],
    ['v128.load', '(drop (v128.load (local.get $n)))'],
    ['memory.init', '(memory.init $d (local.get $n) (i32.const 0) (i32.const 1))'],
    ['table.set', '(table.set (local.get $n) (ref.null func))'],
    ['table.get', '(drop (table.get (local.get $n)))'],
  ])('for %s, which cannot be relocated', async (instruction, code) => {
    const definitions = instruction === 'memory.init' ? '(data $d (i32.const 0) "x")' : '';
    const escaped = new RegExp(instruction.replace('.', '\\.'));
    await expectRefusal(() => relocate(definitions, code), 'unsupported-instruction', escaped);
  });

  it('for an import that its glue does not name', async () => {
    const before = '(import "a" "b" (func $b)) (memory 1) (table 3 funcref)';
    await expectRefusal(() => relocate('', '(call $b)', before), 'unexpected-import', /a\.b/);
  });

  it('for an imported memory', async () => {
    const before = '(import "a" "memory" (memory 1)) (table 3 funcref)';
    await expectRefusal(() => relocate('', '', before), 'unexpected-import', /more than functions/);
  });

  it('without a way to tell its stack pointer', async () => {
    const bytes = assemble(
      '(module (import "a" "abort_js" (func)) (memory 1) (table 3 funcref) (func (export "sp") (result i32) (i32.const 4)))',
    );
    const action = () => relocateEngine(WasmModule.parse(bytes), DESCRIPTOR, NAMES, MAP, new Map());
    await expectRefusal(action, 'missing-symbol', /sp/);
  });

  it('for a passive segment of data or of the table', async () => {
    await expectRefusal(
      () => relocate('(data $d "x")', '(data.drop $d)'),
      'unexpected-segment',
      /data segment/,
    );
    await expectRefusal(
      () => relocate('(elem $e func $f) (func $f)', '(elem.drop $e)'),
      'unexpected-segment',
      /table segment/,
    );
  });

  it('when its glue is not one of Emscripten', () => {
    expect(() => readEmscriptenNames('export default {}')).toThrow(/does not name/);
  });
});

describe('what was not audited is refused', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'link-'));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  async function install(version: string, wasm: Uint8Array): Promise<EngineDescriptor> {
    const folder = join(root, 'node_modules', 'engine');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'engine', version }));
    await writeFile(join(folder, 'engine.wasm'), wasm);
    await writeFile(join(folder, 'glue.mjs'), '');
    return {
      ...defaultIngredients().engine,
      packageName: 'engine',
      version: '1.0.0',
      wasm: { path: 'engine.wasm', sha256: sha256(assemble('(module)')) },
      glue: { path: 'glue.mjs', sha256: sha256('') },
    };
  }

  it('an engine of another version', async () => {
    const engine = await install('1.0.1', assemble('(module)'));
    await expectRefusal(
      () => linkNode({ engine, root }),
      'version-not-audited',
      /engine is version 1\.0\.1.*Install engine 1\.0\.0/,
    );
  });

  it('an engine of the right version with other bytes', async () => {
    const engine = await install('1.0.0', assemble('(module (func))'));
    await expectRefusal(
      () => linkNode({ engine, root }),
      'content-not-audited',
      /engine\/engine\.wasm has SHA-256/,
    );
  });

  it('an engine that is not installed', async () => {
    const engine = { ...defaultIngredients().engine, packageName: 'no-such-engine' };
    await expectRefusal(() => linkNode({ engine }), 'package-missing', /no-such-engine/);
  });

  it('an Azle of another version', async () => {
    const host = { ...defaultIngredients().host, version: '0.34.0' };
    const options = { host, main: 'test/link/fixtures/canister.ts', outDir: OUTPUT };
    await expectRefusal(
      () => linkCanister(options),
      'version-not-audited',
      /azle is version 0\.33\.0, audited is 0\.34\.0/,
    );
  });
});

describe("Azle's allocator is refused", () => {
  const HEAP_END = 65536;
  const SBRK = `(func $sbrk (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return (i32.shl (memory.size) (i32.const 16)))))
    (i32.shl (memory.grow (i32.shr_u (local.get 0) (i32.const 16))) (i32.const 16)))`;
  const DLMALLOC = `(func $dlmalloc (param i32) (result i32) (i32.add (call $sbrk (local.get 0)) (i32.const ${HEAP_END})))`;

  function audit(text: string): void {
    const options = { title: 'Azle', provides: [], offersDebugNames: true };
    requireAllocatorStaysOut(readUnit(assemble(`(module (memory 1) ${text})`), options), 1);
  }

  it('unless it is as audited', () => {
    expect(() => audit(`${SBRK} ${DLMALLOC}`)).not.toThrow();
  });

  it.each([
    [
      'when another function grows the memory',
      `${SBRK} ${DLMALLOC} (func $other (drop (memory.grow (i32.const 1))))`,
      /other asks/,
    ],
    [
      'when another function reads its size',
      `${SBRK} ${DLMALLOC} (func $peek (result i32) (memory.size))`,
      /peek asks/,
    ],
    [
      'when its heap ends elsewhere',
      `${SBRK} ${DLMALLOC.replace(String(HEAP_END), '131072')}`,
      /end as 65536/,
    ],
    [
      'when it has another name',
      `${SBRK} ${DLMALLOC.replace('$dlmalloc', '$malloc')}`,
      /no function dlmalloc/,
    ],
    [
      'when it does not use sbrk',
      `(func $sbrk) (func $dlmalloc (result i32) (i32.const ${HEAP_END}))`,
      /asks for linear memory/,
    ],
  ])('%s', async (_, text, message) => {
    await expectRefusal(() => audit(text), 'allocator-not-audited', message);
  });
});

describe('a native module is refused', () => {
  it('when its static data does not fit', async () => {
    expect(() => requireStaticDataFits(MAP, MAP.memoryEnd)).not.toThrow();
    await expectRefusal(
      () => requireStaticDataFits(MAP, MAP.memoryEnd + 1),
      'static-data-overflow',
      /NATIVE_PAGES/,
    );
  });

  it('when it does not compile, with what the compiler says', async () => {
    const options = { nativeEntry: `${FIXTURES}broken/native.ts`, outDir: OUTPUT, name: 'broken' };
    await expectRefusal(() => linkNode(options), 'tool-failed', /noSuchFunction/);
  });

  it('when it lacks what the engine imports, naming all of it', async () => {
    const options = { nativeEntry: `${FIXTURES}silent/native.ts`, outDir: OUTPUT, name: 'silent' };
    const refusal = await refusalOf(() => linkNode(options));
    expect(refusal.code).toBe('missing-symbol');
    expect(refusal.message).toContain('native.engine_stack_overflow');
    expect(refusal.message).toContain('native.engine_fd_write');
  });
});

describe('a canister is refused', () => {
  it('when its entry file does not bundle', async () => {
    const options = { main: 'test/link/fixtures/no-such-file.ts', outDir: OUTPUT };
    await expectRefusal(
      () => linkCanister({ ...options, nativeEntry: `${FIXTURES}native.ts` }),
      'tool-failed',
      /^Azle could not bundle test\/link\/fixtures\/no-such-file\.ts: there is no file \S+\. Name the file/,
    );
  });

  it("when its source has an error, with that error and nothing of the bundler's own", async () => {
    const options = { main: 'test/link/fixtures/misspelt-canister.ts', outDir: OUTPUT };
    const refusal = await refusalOf(() => linkCanister({ ...options, nativeEntry: `${FIXTURES}native.ts` }));
    expect(refusal.code).toBe('tool-failed');
    expect(refusal.message).toMatch(/Could not resolve "azzle"[\s\S]*misspelt-canister\.ts:1:22/);
    expect(refusal.message).toMatch(/\nCorrect the source\.$/);
    expect(refusal.message).not.toMatch(/Node\.js v|node_modules|\n\s+at /);
  });

  it('when its JavaScript fails as it is asked for its Candid', async () => {
    const options = { main: 'test/link/fixtures/failing-canister.ts', outDir: OUTPUT };
    await expectRefusal(
      () => linkCanister({ ...options, nativeEntry: `${FIXTURES}native.ts` }),
      'candid-generation-failed',
      /no native module yet/,
    );
  });

  it('when it breaks a rule of the IC, by the rule', async () => {
    const twoMemories = assemble(
      '(module (import "env" "x" (func)) (memory 1) (data (i32.const 70000) "x"))',
    );
    await expectRefusal(
      () => auditCanister(twoMemories, 100, new Map()),
      'canister-refused',
      /data-bounds: .*; import-module: /,
    );
  });

  it('when a function body is ill-typed', async () => {
    const wasm = assemble('(module (func (result i32) (i32.const 7)))');
    const constant = wasm.indexOf(0x41);
    wasm[constant] = 0x42;
    await expectRefusal(() => auditCanister(wasm, 100, new Map()), 'canister-refused', /ill-typed/);
  });
});
