import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { IDL } from '@dfinity/candid';
import { IdlTypes, METHODS } from '../../candid';
import { createArchiveRequest } from '../../client';
import { readMemories, WasmModule, writeMemories } from '../../wasm';
import { BareCanister } from '../bare-canister';
import { CONTROLLER, installMeasured, NO_OPTIONS } from '../canister';
import { atMost, type Figure } from '../figure';
import { PROJECT } from '../project';

const TOPIC = 'replica';
const HEAP_PAGES = (128 * 2 ** 20) / 65_536;
const MESSAGES_PER_ROUND = 100;
const WARM_UP_ROUNDS = 5;
const ROUNDS = 15;
const TYPES = new IdlTypes<IDL.Type>(IDL);
const EXECUTE = TYPES.ofMethod(METHODS.execute);
const SMALL_MESSAGES = 10_000;
/** 2.6 before reads were marked too, which issue 10 lets take 1.5 times as long. */
const MOST_TIMES_BARE = 3.9;

/** How far the embedded replica can be trusted, and what that costs (issue 6). */
export async function measureReplica(): Promise<Figure[]> {
  return [await measureDeterminism(), ...(await measureCost())];
}

/** The same messages in two processes. */
async function measureDeterminism(): Promise<Figure> {
  const [first, second] = await Promise.all([runHistory(), runHistory()]);
  const differing = first.filter((part, index) => part !== second[index]).length;
  return atMost(
    TOPIC,
    'two processes: differences in counts, heap and stable memory',
    differing,
    0,
    'hashes',
  );
}

/** @returns number of executions, and SHA-256 of their records, of heap and of stable memory */
async function runHistory(): Promise<string[]> {
  const program = join(PROJECT, 'src', 'figures', 'canister-history.ts');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--stack-size=3900', program],
    { cwd: PROJECT },
  );
  const parts = stdout.trim().split(' ');
  if (parts.length !== 4 || Number(parts[0]) < 40) throw new Error(`unexpected history: ${stdout}`);
  return parts;
}

/** Small messages on a heap of 128 MiB in the replica and on the bare Wasm, in turns. */
async function measureCost(): Promise<Figure[]> {
  const replica = await replicaSide();
  const bare = bareSide(replica.wasm);
  const timesOf = { replica: [] as number[], bare: [] as number[] };
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    const inBare = await timed(() => bare(MESSAGES_PER_ROUND));
    const inReplica = await timed(() => replica.run(MESSAGES_PER_ROUND));
    if (answerIn(inBare.result) !== answerIn(inReplica.result)) throw new Error('the replies differ');
    if (round < WARM_UP_ROUNDS) continue;
    timesOf.bare.push(inBare.milliseconds);
    timesOf.replica.push(inReplica.milliseconds);
  }
  const many = await timed(() => replica.run(SMALL_MESSAGES));
  return [
    atMost(
      TOPIC,
      'a single-row update with metering, tracking and rollback, 128 MiB heap',
      median(timesOf.replica) / median(timesOf.bare),
      MOST_TIMES_BARE,
      'times bare Wasm',
    ),
    atMost(TOPIC, '10,000 single-row update messages', many.milliseconds / 1000, 60, 'seconds'),
  ];
}

const TABLE = `CREATE TABLE t(x INTEGER PRIMARY KEY, y);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000) INSERT INTO t SELECT i, 'row' FROM n`;

function statement(n: number): string {
  return `UPDATE t SET y = 'value ${n}' WHERE x = ${(n % 1000) + 1}`;
}

async function replicaSide() {
  const canister = await installMeasured(withHeap);
  await canister.client().createArchive('a');
  const archive = canister.client().archive('a');
  await archive.execute(TABLE);
  const { heapBytes } = canister.inspect;
  if (heapBytes < HEAP_PAGES * 65_536) throw new Error(`the heap has only ${heapBytes} bytes`);
  let sent = 0;
  const run = async (messages: number): Promise<Uint8Array> => {
    let reply: Uint8Array = new Uint8Array(0);
    for (let n = 0; n < messages; n++) {
      reply = await canister.pic.updateCall({
        canisterId: canister.canisterId,
        method: 'execute',
        arg: executeArgument(statement(sent++)),
        sender: CONTROLLER,
      });
    }
    return reply;
  };
  return { run, wasm: canister.wasm };
}

/** The same messages without the replica. */
function bareSide(wasm: Uint8Array): (messages: number) => Uint8Array {
  const canister = new BareCanister(new WebAssembly.Module(wasm));
  canister.call('canister_init', NO_OPTIONS);
  const { parameters } = TYPES.ofMethod(METHODS.create_archive);
  const newArchive = createArchiveRequest('a', undefined);
  canister.update('create_archive', new Uint8Array(IDL.encode(parameters, [newArchive])));
  const execute = (sql: string) => canister.update('execute', executeArgument(sql));
  execute(TABLE);
  let sent = 0;
  return (messages) => {
    let reply: Uint8Array = new Uint8Array(0);
    for (let n = 0; n < messages; n++) reply = execute(statement(sent++));
    return reply;
  };
}

function executeArgument(sql: string): Uint8Array {
  return new Uint8Array(IDL.encode(EXECUTE.parameters, ['a', sql, [], []]));
}

/** What a reply says, but for its own count of instructions, which only the replica has. */
function answerIn(reply: Uint8Array): string {
  const [answer] = IDL.decode([EXECUTE.result], reply);
  return JSON.stringify(answer, (key, value) => {
    if (key === 'instructions') return undefined;
    return typeof value === 'bigint' ? `${value}` : value;
  });
}

/** The module with a heap of 128 MiB from the start. */
function withHeap(wasm: Uint8Array): Uint8Array {
  const module = WasmModule.parse(wasm);
  const [memory] = readMemories(module);
  writeMemories(module, [{ ...memory!, minimum: Math.max(memory!.minimum, HEAP_PAGES) }]);
  return module.encode();
}

async function timed<Result>(work: () => Result | Promise<Result>) {
  const start = performance.now();
  const result = await work();
  return { result, milliseconds: performance.now() - start };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
