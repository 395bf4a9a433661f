import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HttpAgent } from '@icp-sdk/core/agent';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeTogether } from '../../src/link/cache';
import { canisterWasm } from '../replica/support/wat-canister';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = join(PROJECT, 'bin', 'tabularium.mjs');

/** `spin` goes on until its instructions are used up: for many seconds. */
const SPINNER = canisterWasm(`
  (func (export "canister_update spin") (loop $again (br $again)))
  (func (export "canister_update reply") (call $reply))`);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tabularium-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly child: ChildProcess;
  /** All output so far. */
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: PROJECT,
    env: { ...process.env, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      output += part.toString();
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, output: () => output, ended };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function serving(): Promise<Run & { call(method: string): Promise<unknown> }> {
  const wasm = join(folder, 'spinner.wasm');
  writeFileSync(wasm, SPINNER);
  const served = run([
    'serve',
    '--trace',
    '--port',
    '0',
    '--state',
    join(folder, 'state'),
    '--canister',
    wasm,
  ]);
  await until(() => /controllers/.test(served.output()));
  const [, host] = /network\s+(\S+)/.exec(served.output())!;
  const [, canisterId] = /canister\s+(\S+-cai)/.exec(served.output())!;
  const agent = await HttpAgent.create({ host: host!, shouldFetchRootKey: true, retryTimes: 0 });
  const call = (methodName: string) =>
    agent.call(canisterId!, {
      methodName,
      arg: new Uint8Array(0),
      effectiveCanisterId: canisterId!,
      callSync: false,
    });
  return { ...served, call };
}

describe('tabularium serve', () => {
  it('waits for the running message at the first Ctrl-C, says so, and ends at once at the second', async () => {
    const { child, output, ended, call } = await serving();
    await call('spin');
    child.kill('SIGINT');
    await until(() => /Ctrl-C again/.test(output()));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(child.exitCode).toBeNull();
    const before = performance.now();
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(performance.now() - before).toBeLessThan(2000);
  }, 60_000);

  it('ends quietly when nobody reads its output any more', async () => {
    const { child, output, ended, call } = await serving();
    child.stdout!.destroy();
    await call('reply');
    expect(await ended).toBe(0);
    expect(output()).not.toMatch(/EPIPE|Error/);
  }, 60_000);

  it.each([
    ['is not there', undefined, /absent\.wasm cannot be read/],
    ['is no module', 'text', /absent\.wasm is neither a WebAssembly module nor/],
    ['cannot be compiled', '\0asm\u0001\0\0\0rest', /absent\.wasm could not be installed/],
  ])('names the file of a canister that %s', async (_, content, message) => {
    const wasm = join(folder, 'absent.wasm');
    if (content !== undefined) writeFileSync(wasm, content);
    const served = run(['serve', '--port', '0', '--state', join(folder, 'state'), '--canister', wasm]);
    expect(await served.ended).toBeGreaterThan(0);
    expect(served.output()).toMatch(message);
  });
});

describe('tabularium link', () => {
  it('writes where --out says, and leaves that as it is when it is stopped', async () => {
    const temporary = join(folder, 'temporary');
    const out = join(folder, 'out');
    mkdirSync(temporary);
    const args = ['link', 'test/link/fixtures/canister.ts', '--out', out];
    const whole = run(args);
    expect(await whole.ended).toBe(0);
    expect(whole.output()).toContain(join(out, 'canister.wasm.gz'));
    expect(readdirSync(out)).toEqual([
      'canister.did',
      'canister.js.map',
      'canister.wasm',
      'canister.wasm.gz',
    ]);
    rmSync(out, { recursive: true });

    const stopped = run(args, { TMPDIR: temporary });
    await until(() => readdirSync(temporary).some((name) => name.startsWith('bundle-')));
    stopped.child.kill('SIGINT');
    expect(await stopped.ended).toBe(130);
    expect(stopped.output()).toBe('tabularium: stopped; nothing was written\n');
    expect(() => readdirSync(out)).toThrow('ENOENT');
    expect(readdirSync(temporary).filter((name) => name.startsWith('bundle-'))).toEqual([]);
  }, 400_000);

  it('leaves all results as they were when it is stopped while it writes them', async () => {
    const stop = new AbortController();
    const paths = ['a', 'b'].map((name) => join(folder, name));
    for (const path of paths) writeFileSync(path, 'old');
    const writing = writeTogether(new Map(paths.map((path) => [path, 'new'])), stop.signal);
    stop.abort(new Error('stopped'));
    await expect(writing).rejects.toThrow('stopped');
    expect(readdirSync(folder)).toEqual(['a', 'b']);
    await writeTogether(new Map([[paths[0]!, 'new']]), new AbortController().signal);
    expect(readdirSync(folder)).toEqual(['a', 'b']);
  });
});
