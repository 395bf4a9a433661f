import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PACKAGE_ROOT, sha256 } from '../../src/link/packages';

const SOURCES = ['src', 'test/link', 'package.json', 'tsconfig.json'];

/** Links the fixture in a copy of the project, from outside its folder. */
const BUILD = `
const { linkCanister, linkNode } = await import(process.argv[1] + '/src/link/index.ts');
const nativeEntry = process.argv[1] + '/test/link/fixtures/native.ts';
const outDir = process.argv[1] + '/out';
await linkNode({ nativeEntry, outDir });
await linkCanister({ main: 'test/link/fixtures/canister.ts', outDir, nativeEntry, notices: true, debug: true });
`;

/** @returns SHA-256 of every file of the build, by name */
function buildIn(folder: string): Map<string, string> {
  mkdirSync(folder, { recursive: true });
  for (const path of SOURCES) cpSync(join(PACKAGE_ROOT, path), join(folder, path), { recursive: true });
  symlinkSync(join(PACKAGE_ROOT, 'node_modules'), join(folder, 'node_modules'));
  execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', BUILD, folder], {
    cwd: PACKAGE_ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const files = readdirSync(join(folder, 'out'));
  return new Map(files.sort().map((name) => [name, sha256(readFileSync(join(folder, 'out', name)))]));
}

describe('a build', () => {
  let folder: string;
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'reproducible-')));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('gives the same bytes in two folders, and tells of neither', () => {
    const first = buildIn(join(folder, 'a'));
    const second = buildIn(join(folder, 'somewhere', 'deeper', 'b'));
    expect([...first.keys()]).toEqual([
      'THIRD-PARTY-NOTICES.txt',
      'canister.debug.wasm',
      'canister.did',
      'canister.js.map',
      'canister.wasm',
      'canister.wasm.gz',
      'tabularium-node.wasm',
    ]);
    expect(second).toEqual(first);
    for (const name of first.keys()) {
      const contents = readFileSync(join(folder, 'a', 'out', name), 'latin1');
      for (const path of [folder, PACKAGE_ROOT])
        expect(contents.includes(path), `${path} in ${name}`).toBe(false);
    }
  }, 240_000);
});
