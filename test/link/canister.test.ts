import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { IDL } from '@dfinity/candid';
import { beforeAll, describe, expect, it } from 'vitest';
import { type LinkedCanister, linkCanister, linkNode } from '../../src/link';
import type { AddressMap } from '../../src/link/native/address-map';
import { readLicenseList } from '../../src/link/output/license-list';
import { composeNotices } from '../../src/link/output/notices';
import { findPackage, PACKAGE_ROOT } from '../../src/link/packages';
import { PocketIc } from '../../src/replica';
import {
  readCode,
  readDataSegments,
  readExports,
  readMemories,
  readMemoryMap,
  readNames,
  WasmModule,
} from '../../src/wasm';
import { FIXTURES, OUTPUT } from './engine-fixture';

let linked: LinkedCanister;
let map: AddressMap;
let wasm: Uint8Array;
beforeAll(async () => {
  const nativeEntry = `${FIXTURES}native.ts`;
  linked = await linkCanister({
    main: 'test/link/fixtures/canister.ts',
    outDir: OUTPUT,
    nativeEntry,
    debug: true,
    notices: true,
  });
  map = (await linkNode({ nativeEntry, outDir: OUTPUT, name: 'fixture' })).map;
  wasm = readFileSync(linked.wasm);
});

function customSection(bytes: Uint8Array, name: string): Uint8Array | undefined {
  return WasmModule.parse(bytes)
    .customSections()
    .find((section) => section.name === name)?.body;
}

describe('a linked canister', () => {
  it('imports ic0 only and exports one memory, no table, and nothing that the IC does not call', () => {
    const module = new WebAssembly.Module(new Uint8Array(wasm));
    expect(new Set(WebAssembly.Module.imports(module).map((entry) => entry.module))).toEqual(
      new Set(['ic0']),
    );
    const others = readExports(WasmModule.parse(wasm)).filter(({ name }) => !name.startsWith('canister_'));
    expect(others).toEqual([{ name: 'memory', kind: 'memory', index: 0 }]);
  });

  it("exports the class's methods as Azle does", () => {
    const names = readExports(WasmModule.parse(wasm)).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'canister_init',
        'canister_post_upgrade',
        'canister_query greet',
        'canister_update count',
        'canister_global_timer',
        'canister_update <ic-cdk internal> timer_executor',
      ]),
    );
  });

  it('carries its Candid, and no names', () => {
    const candid = readFileSync(linked.candid, 'utf8');
    expect(candid).toContain('greet: (text) -> (text) query;');
    const section = customSection(wasm, 'icp:public candid:service');
    expect(new TextDecoder().decode(section)).toBe(candid);
    expect(customSection(wasm, 'name')).toBeUndefined();
  });

  it('has the interface that lies beside its entry file, if there is one', async () => {
    const described = await linkCanister({
      main: 'test/link/fixtures/described/index.ts',
      outDir: `${OUTPUT}described`,
      nativeEntry: `${FIXTURES}native.ts`,
    });
    const candid = readFileSync('test/link/fixtures/described/index.did', 'utf8');
    expect(readFileSync(described.candid, 'utf8')).toBe(candid);
    const section = customSection(readFileSync(described.wasm), 'icp:public candid:service');
    expect(new TextDecoder().decode(section)).toBe(candid);
  });

  it('comes gzipped, and with names for debugging', () => {
    const compressed = readFileSync(linked.compressed);
    expect(Buffer.compare(gunzipSync(compressed), wasm)).toBe(0);
    expect([...compressed.subarray(4, 10)]).toEqual([0, 0, 0, 0, 2, 255]);
    const debug = WasmModule.parse(readFileSync(`${OUTPUT}canister.debug.wasm`));
    const names = new Set(readNames(debug).functions.values());
    for (const name of ['JS_CallInternal', 'sqlite3_step', 'test/link/fixtures/native/attach']) {
      expect(names).toContain(name);
    }
    expect(Buffer.compare(readCode(debug).bytes, readCode(WasmModule.parse(wasm)).bytes)).toBe(0);
  });

  it('tells with its names what lives where in its initial memory, every byte of it', () => {
    const debug = WasmModule.parse(readFileSync(`${OUTPUT}canister.debug.wasm`));
    const { ranges, heaps } = readMemoryMap(debug)!;
    let end = 0;
    for (const range of ranges) {
      expect(range.start, range.name).toBe(end);
      expect(range.end, range.name).toBeGreaterThan(range.start);
      end = range.end;
    }
    expect(end).toBe(readMemories(debug)[0]!.minimum * 65_536);
    expect(heaps.firstPage * 65_536).toBe(end);
    const nameAt = (address: number) =>
      ranges.find((range) => range.start <= address && address < range.end)!.name;
    for (const { active, bytes } of readDataSegments(debug)) {
      if (!active) continue;
      const start = Number(active.offset.constant);
      expect([nameAt(start), nameAt(start + bytes.length - 1)].join()).not.toMatch(/stack|heap|nothing/i);
    }
    expect(nameAt(heaps.taken)).toBe('native heap/regions/taken');
    expect(nameAt(heaps.heapByOwner + 1023)).toBe('native heap/heaps/heaps');
    expect(nameAt(map.nativeBase - 1)).toBe('engine C stack');
    expect(readMemoryMap(WasmModule.parse(wasm))).toBeUndefined();
  });

  it('is audited, every figure within its limit', () => {
    const { figures } = linked.audit;
    expect(figures.length).toBeGreaterThan(15);
    for (const { name, value, limit } of figures) expect(value, name).toBeLessThanOrEqual(limit);
    expect(figures.map(({ name }) => name)).toContain('gzipped, in one install message');
  });
});

describe('a linked canister in the replica', () => {
  async function install() {
    const pic = await PocketIc.create();
    const canisterId = await pic.createCanister();
    await pic.installCode({ canisterId, wasm: linked.wasm });
    const call = async (method: string) => {
      const arg = new Uint8Array(IDL.encode([], []));
      const reply = await pic.updateCall({ canisterId, method, arg });
      return IDL.decode([IDL.Nat32], reply)[0] as unknown as number;
    };
    return { pic, canisterId, call };
  }

  it('boots, and runs the native module before Azle touches stable memory', async () => {
    // The fixture's stable memory functions trap before attach().
    const { pic, canisterId, call } = await install();
    expect(await call('count')).toBe(1);
    expect(await call('count')).toBe(2);
    await pic.upgradeCanister({ canisterId, wasm: linked.wasm });
    expect(await call('count')).toBe(1);
  });

  it("never sees Azle's heap in engine's and native module's places, however far it grows", async () => {
    const { pic, canisterId, call } = await install();
    const inspect = pic.inspect(canisterId);
    const { engineBase, memoryEnd, nativeBase } = map;
    const expected = initialMemory(wasm, map);
    // What native code itself has written by then lies behind.
    const unchanged = () => {
      const found = inspect.readHeap(engineBase, nativeBase - engineBase);
      return Buffer.compare(found, expected) === 0;
    };
    expect(inspect.heapBytes).toBeGreaterThan(memoryEnd);
    expect(unchanged()).toBe(true);
    const before = inspect.heapBytes;
    await call('growHeap');
    expect(inspect.heapBytes).toBeGreaterThan(before + 30_000_000);
    expect(unchanged()).toBe(true);
  });
});

/** What instantiation alone puts into the engine's places. */
function initialMemory(bytes: Uint8Array, { engineBase, nativeBase }: AddressMap): Uint8Array {
  const module = new WebAssembly.Module(new Uint8Array(bytes));
  const imports: WebAssembly.Imports = { ic0: {} };
  for (const { name } of WebAssembly.Module.imports(module)) imports.ic0![name] = () => 0;
  const { memory } = new WebAssembly.Instance(module, imports).exports as { memory: WebAssembly.Memory };
  return new Uint8Array(memory.buffer).slice(engineBase, nativeBase);
}

describe('third-party notices', () => {
  it('name everything in the canister with its licence text', () => {
    const notices = readFileSync(`${OUTPUT}THIRD-PARTY-NOTICES.txt`, 'utf8');
    const parts = [
      'SQLite 3.53.0 (public domain)',
      'May you do good and not evil',
      'wa-sqlite 2.0.6 (MIT)',
      'Copyright (c) 2023 Roy T. Hashimoto',
      'PowerSync SQLite core 0.5.3 (Apache-2.0)',
      'Emscripten runtime (MIT)',
      'musl libc (MIT)',
      'Rich Felker',
      'Azle 0.33.0 (MIT)',
      'Copyright (c) 2025 AZLE token holders',
      'QuickJS-ng (MIT)',
      'Fabrice Bellard',
      'AssemblyScript standard library (Apache-2.0)',
      '@dfinity/candid 3.4.3 (Apache-2.0)',
      '@noble/hashes',
      'candid 0.10.',
      'ic-cdk 0.18.',
      'rquickjs-sys 0.9.0 (MIT)',
      'Permission is hereby granted, free of charge',
    ];
    for (const part of parts) expect(notices, part).toContain(part);
  });

  it("give every package of the canister's JavaScript, and none of its own modules", () => {
    const bundled = [
      'node_modules/@noble/hashes/esm/sha2.js',
      'node_modules/uuid/dist/v4.js',
      'canister/index.ts',
    ];
    const notices = composeNotices([], '', bundled, PACKAGE_ROOT);
    expect(notices).toMatch(/@noble\/hashes \S+ \(MIT\).*Paul Miller.*uuid \S+ \(MIT\)/s);
    expect(notices).not.toContain('canister/index.ts');
  });

  it('are refused when a licence text is not where its descriptor says', () => {
    const part = {
      name: 'X',
      license: 'MIT',
      source: 'here',
      text: { from: 'package', file: 'NO-LICENSE' },
    } as const;
    const installed = findPackage('azle', PACKAGE_ROOT);
    expect(() => composeNotices([{ parts: [part], installed }], '', [], PACKAGE_ROOT)).toThrow(
      /licence of X is not at NO-LICENSE/,
    );
  });

  it("read Azle's list of crates in each of its notations", () => {
    const list = `root_name: x
third_party_libraries:
- package_name: first
  package_version: 1.0.0
  repository: https://example.org/first
  license: MIT OR Apache-2.0
  licenses:
  - license: MIT
    text: |
      Copyright (c) One

      Permission
  - license: Apache-2.0
    text: "Line\\nTwo"
- package_name: second
  package_version: 2.0.0
  repository: ''
  license: ISC
  licenses:
  - license: ISC
    text: NOT FOUND
`;
    expect(readLicenseList(list)).toEqual([
      {
        name: 'first',
        version: '1.0.0',
        repository: 'https://example.org/first',
        license: 'MIT OR Apache-2.0',
        texts: [
          { license: 'MIT', text: 'Copyright (c) One\n\nPermission' },
          { license: 'Apache-2.0', text: 'Line\nTwo' },
        ],
      },
      {
        name: 'second',
        version: '2.0.0',
        repository: '',
        license: 'ISC',
        texts: [{ license: 'ISC', text: '' }],
      },
    ]);
  });
});
