import { execFileSync, execSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IDL } from '@dfinity/candid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PocketIc } from '../../src/replica';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENT = readFileSync(join(PROJECT, 'docs', 'USE-IN-YOUR-CANISTER.md'), 'utf8');

interface DfxCanister {
  readonly build: string;
  readonly wasm: string;
  readonly candid: string;
}

/** The block that follows a file's name in the document. */
function documented(file: string): string {
  const block = DOCUMENT.split(`\n${file}:`)[1]?.match(/```(?:json|ts)\n([\s\S]*?)```/)?.[1];
  if (block === undefined) throw new Error(`the document has no ${file}`);
  return block;
}

/** A project that has what npm would install: this package from its own tarball, and its dependencies. */
function newProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'project-'));
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: PROJECT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'tabularium'), { recursive: true });
  const extract = ['-xzf', join(folder, filename), '--strip-components=1', '-C', join(modules, 'tabularium')];
  execFileSync('tar', extract);
  for (const name of readdirSync(join(PROJECT, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(PROJECT, 'node_modules', name), join(modules, name));
  }
  mkdirSync(join(modules, '.bin'));
  symlinkSync('../tabularium/bin/tabularium.mjs', join(modules, '.bin', 'tabularium'));
  for (const file of ['package.json', 'dfx.json', 'src/notes.ts', 'scripts/count.ts']) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), documented(file));
  }
  return folder;
}

let folder: string;
beforeAll(() => {
  folder = newProject();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a new project builds a canister by the documented lines', async () => {
  const { canisters } = JSON.parse(documented('dfx.json')) as { canisters: { notes: DfxCanister } };
  const { build, wasm, candid } = canisters.notes;
  execSync(build, { cwd: folder, stdio: 'pipe' });
  expect(readFileSync(join(folder, candid), 'utf8')).toMatch(/add: \(text\) -> \(nat32\)/);

  const pic = await PocketIc.create();
  const canisterId = await pic.createCanister();
  await pic.installCode({ canisterId, wasm: join(folder, wasm) });
  const text = (value: string) => new Uint8Array(IDL.encode([IDL.Text], [value]));
  const find = async (pattern: string) => {
    const reply = await pic.queryCall({ canisterId, method: 'find', arg: text(pattern) });
    return IDL.decode([IDL.Vec(IDL.Text)], reply)[0];
  };
  for (const note of ['buy milk', 'sleep']) {
    await pic.updateCall({ canisterId, method: 'add', arg: text(note) });
  }
  await pic.upgradeCanister({ canisterId, wasm: join(folder, wasm) });
  expect(await find('%milk')).toEqual(['buy milk']);
  // Its library has linked nothing before.
}, 400_000);

it('a script of it opens an archive in Node', () => {
  const run = () =>
    execFileSync(process.execPath, ['--import', 'tsx', 'scripts/count.ts'], {
      cwd: folder,
      encoding: 'utf8',
    });
  expect(run()).toBe('1\n');
  expect(run()).toBe('2\n');
}, 400_000);

it.each([
  ['no entry file', '', /which entry file\?/, 2],
  ['two entry files', 'src/a.ts src/b.ts', /one entry file, not also src\/b\.ts/, 2],
  ['an unknown option', 'src/notes.ts --fast', /Unknown option '--fast'/, 2],
  [
    'an entry file that is not there',
    'src/missing.ts',
    /tool-failed: Azle could not bundle src\/missing\.ts/,
    1,
  ],
])('the command says what is wrong with %s', (_, options, message, status) => {
  const run = () =>
    execSync(`npx tabularium link ${options}`, { cwd: folder, stdio: 'pipe', encoding: 'utf8' });
  expect(run).toThrow(expect.objectContaining({ status, stderr: expect.stringMatching(message) }));
});
