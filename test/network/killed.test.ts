import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HttpAgent } from '@icp-sdk/core/agent';
import { describe, expect, it } from 'vitest';
import { canisterWasm } from '../replica/support/wat-canister';
import { withFolder } from './support/served';

const PROGRAM = fileURLToPath(new URL('../../bin/tabularium.mjs', import.meta.url));
const KILLS = 3;

/** Counts in a global, in the heap and in stable memory; `state` replies all three. */
const COUNTER = canisterWasm(`
  (memory 1) (global $count (mut i32) (i32.const 0))
  (func $reply_word (param $at i32) (call $append (local.get $at) (i32.const 4)))
  (func (export "canister_init") (drop (call $stable_grow (i64.const 1))))
  (func (export "canister_update count")
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (i32.store (i32.const 0) (global.get $count))
    (call $stable_write (i64.const 8192) (i64.const 0) (i64.const 4))
    (call $reply_word (i32.const 0)) (call $reply))
  (func (export "canister_query state")
    (i32.store (i32.const 4) (global.get $count))
    (call $stable_read (i64.const 8) (i64.const 8192) (i64.const 4))
    (call $reply_word (i32.const 0)) (call $reply_word (i32.const 4)) (call $reply_word (i32.const 8))
    (call $reply))`);

interface Running {
  readonly process: ChildProcess;
  readonly agent: HttpAgent;
  readonly canisterId: string;
}

/** Starts the command as users do, and waits until it says where it is. */
async function start(folder: string, wasm: string): Promise<Running> {
  const child = spawn(process.execPath, [
    PROGRAM,
    'serve',
    '--port',
    '0',
    '--state',
    folder,
    '--canister',
    wasm,
  ]);
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const read = (part: Buffer): void => {
      output += part.toString();
      if (/controllers/.test(output)) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => reject(new Error(`the network did not start: ${output}`)));
  });
  const [, host] = /network\s+(\S+)/.exec(output) ?? [];
  const [, canisterId] = /canister\s+(\S+-cai)/.exec(output) ?? [];
  const agent = await HttpAgent.create({ host: host!, shouldFetchRootKey: true, retryTimes: 0 });
  return { process: child, agent, canisterId: canisterId! };
}

/** Ends the process and waits until it is gone. */
async function end({ process: child }: Running, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return gone;
}

async function state({ agent, canisterId }: Running): Promise<number[]> {
  const response = await agent.query(canisterId, { methodName: 'state', arg: new Uint8Array(0) });
  if (response.status !== 'replied') throw new Error(`the query was rejected: ${response.reject_message}`);
  const { arg } = response.reply;
  const view = new DataView(arg.buffer, arg.byteOffset, arg.length);
  return [0, 4, 8].map((at) => view.getUint32(at, true));
}

/** Counts without a pause until the network is gone. @returns how many counts were answered */
async function count({ agent, canisterId }: Running): Promise<number> {
  for (let answered = 0; ; answered++) {
    try {
      await agent.update(canisterId, {
        methodName: 'count',
        arg: new Uint8Array(0),
        effectiveCanisterId: canisterId,
      });
    } catch {
      return answered;
    }
  }
}

describe('tabularium serve', () => {
  it('is killed at any moment, and comes back at the last finished message', async () => {
    await withFolder(async (folder) => {
      const wasm = join(folder, 'counter.wasm');
      writeFileSync(wasm, COUNTER);
      let network = await start(folder, wasm);
      let before = 0;
      for (let kill = 0; kill < KILLS; kill++) {
        const counting = count(network);
        await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 700));
        await end(network, 'SIGKILL');
        const answered = await counting;
        network = await start(folder, wasm);
        const [global, heap, stable] = await state(network);
        expect([global, heap]).toEqual([stable, stable]);
        // One message more may have been finished whose answer did not get out.
        expect([before + answered, before + answered + 1]).toContain(stable);
        expect(answered).toBeGreaterThan(0);
        before = stable!;
      }
      expect(await end(network, 'SIGTERM')).toBe(0);
    });
  });
});
