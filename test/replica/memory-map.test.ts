import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Installation, principalOf } from '../../src/harness';
import { linkCanister } from '../../src/link';
import { PocketIc, pagesText, type TouchedHeapPage } from '../../src/replica';
import { type MemoryMap, WasmModule, writeMemoryMap } from '../../src/wasm';
import { canisterWasm } from './support/wat-canister';

const PAGE = 65_536;

describe('a memory map', () => {
  it('names initial memory by its ranges, and what lies behind by whose run it is', async () => {
    const map: MemoryMap = {
      ranges: [
        { start: 0, end: PAGE + 5000, name: 'low' },
        { start: PAGE + 5000, end: 2 * PAGE, name: 'high' },
      ],
      heaps: {
        firstPage: 2,
        taken: 256,
        heapByOwner: 512,
        nobody: 3,
        runHeap: 0,
        runPages: 4,
        runContent: 16,
        freeBefore: 2,
        controlSize: 100,
      },
    };
    const word = (address: number, value: number) => {
      const bytes = [...new Uint8Array(new Uint32Array([value]).buffer)];
      const text = bytes.map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
      return `(data (i32.const ${address}) "${text}")`;
    };
    const shared = 2 * PAGE + 16;
    const archive = 9 * PAGE + 16;
    const heap = [
      word(256, 0b1011_1111),
      word(512 + 4 * 3, shared),
      word(512 + 4 * 1, archive),
      // Two spans with their heaps' control structures, and a large block.
      word(2 * PAGE, shared),
      word(9 * PAGE, archive),
      word(3 * PAGE, archive),
      word(3 * PAGE + 4, 2),
      word(9 * PAGE + 65_532, 2),
      // Azle's, with whatever it has written: numbers that would be a length, a pointer to a heap, and anything.
      word(5 * PAGE + 4, 5),
      word(6 * PAGE, shared),
      word(6 * PAGE + 65_532, 77),
      word(7 * PAGE, 12_345),
      // What was given back looks as it did.
      word(8 * PAGE, shared),
    ];
    const touched = [
      PAGE,
      PAGE + 4096,
      2 * PAGE + 60_000,
      ...[3, 4, 5, 6, 7, 8, 9].map((page) => page * PAGE),
    ];
    const module = WasmModule.parse(
      canisterWasm(`(func (export "canister_update run")
        ${touched.map((address) => `(drop (i32.load (i32.const ${address})))`).join(' ')} (call $reply)) (memory 10) ${heap.join(' ')}`),
    );
    writeMemoryMap(module, map);
    const pic = await PocketIc.create(undefined, { profile: true });
    const canisterId = await pic.createCanister();
    await pic.installCode({ canisterId, wasm: module.encode() });
    await pic.updateCall({ canisterId, method: 'run', arg: new Uint8Array(0) });
    const pages = pic.inspect(canisterId).touchedPages('update', 'run');
    expect(pages.map(({ page, contents }) => [page, ...contents])).toEqual([
      [1, 'low', 'high'],
      [2, 'shared heap'],
      [3, 'archive heap, memory 1, a block of 2 pages'],
      [4, 'archive heap, memory 1, a block of 2 pages'],
      [5, 'QuickJS and Azle heap'],
      [6, 'QuickJS and Azle heap'],
      [7, 'QuickJS and Azle heap'],
      [8, 'free pages'],
      [9, 'archive heap, memory 1: control structure', 'archive heap, memory 1'],
    ]);
  });
});

describe('the pages of a point read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'memory-map-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('have names, every one of them', async () => {
    await linkCanister({ main: 'canister/index.ts', name: 'tabularium', outDir: folder, debug: true });
    const pic = await PocketIc.create(undefined, { profile: true });
    const wasm = new Uint8Array(readFileSync(join(folder, 'tabularium.debug.wasm')));
    const { inspect, ...installed } = await install(pic, wasm);
    await installed.read('query');
    await installed.read('execute');
    const created = inspect.touchedPages('update', 'create_archive');
    const reads = [inspect.touchedPages('query', 'query'), inspect.touchedPages('update', 'execute')];
    for (const { page, contents } of [...created, ...reads.flat()]) {
      expect(contents, `page ${page}`).not.toEqual([]);
      for (const name of contents) expect(name).toMatch(KNOWN);
    }
    for (const pages of reads) expectAll(pages, USED_BY_SQL);
    for (const pages of reads) expect(archivesOn(pages), pagesText(pages)).toHaveLength(1);
    expectAll(created, [...USED_BY_SQL, ...USED_BY_JAVASCRIPT]);
  }, 600_000);
});

const KNOWN =
  /^(Azle (C stack|\.rodata|\.data|zeroed data and first heap)|engine (static data|C stack)|native [\w/-]+|native texts and tables|QuickJS and Azle heap|(shared heap|archive heap, memory \d+)(: control structure|, a block of \d+ pages)?)$/;

const USED_BY_SQL = ['engine static data', 'engine C stack', 'native heap/heaps/heaps'];
const USED_BY_JAVASCRIPT = ['Azle C stack', 'Azle .rodata', 'QuickJS and Azle heap'];

function expectAll(pages: readonly TouchedHeapPage[], names: readonly string[]): void {
  const found = new Set(pages.flatMap(({ contents }) => contents));
  expect(
    names.filter((name) => !found.has(name)),
    pagesText(pages),
  ).toEqual([]);
}

function archivesOn(pages: readonly TouchedHeapPage[]): string[] {
  const names = pages.flatMap(({ contents }) =>
    contents.map((name) => /^archive heap, memory \d+/.exec(name)?.[0]),
  );
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** Two archives are open, and one is read: the other's memory is not touched. */
async function install(pic: PocketIc, wasm: Uint8Array) {
  const network = await Installation.create(pic, principalOf('operator'), wasm);
  await pic.tick(2);
  const client = network.client();
  for (const name of ['read', 'other']) {
    await client.createArchive(name);
    await client.archive(name).execute('CREATE TABLE t(k INTEGER PRIMARY KEY, v)');
    await client.archive(name).execute("INSERT INTO t VALUES (1, 'one')");
  }
  const archive = client.archive('read');
  const read = (by: 'query' | 'execute') => archive[by]('SELECT v FROM t WHERE k = ?', 1);
  return { inspect: network.inspect, read };
}
