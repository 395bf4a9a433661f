import { readFileSync } from 'node:fs';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type CanisterInspector,
  type ExecutionRecord,
  PocketIc,
  type ReplicaOptions,
} from '../../src/replica';
import { instructionCosts } from '../../src/replica/instruction-prices';
import { miscOpcodes, plainOpcodes, simdOpcodes } from '../../src/wasm/instruction-set';
import { Opcode } from '../../src/wasm/opcodes';

/*
 * The replica beside the IC's own execution code: what each instruction costs, and what whole messages of a canister cost and touch. The
 * canister and its messages are fixtures, so that the expected numbers hold whatever becomes of the canister.
 */
vi.mock('../../src/replica/management/candid-types', async (importOriginal) => {
  const types = await importOriginal<typeof import('../../src/replica/management/candid-types')>();
  // The canister asks for its own status when it boots. The replica of dfb830f had fewer fields to tell, so there was less to decode.
  const LATER = new Set([
    'ready_for_migration',
    'memory_metrics',
    'minimum_incoming_canister_call_cycles',
    'log_memory_limit',
    'snapshot_visibility',
    'status_visibility',
  ]);
  const earlier = ({ _fields }: IDL.RecordClass): IDL.RecordClass =>
    IDL.Record(
      Object.fromEntries(
        _fields
          .filter(([name]) => !LATER.has(name))
          .map(([name, type]) => [name, name === 'settings' ? earlier(type as IDL.RecordClass) : type]),
      ),
    );
  return { ...types, CanisterStatusResult: earlier(types.CanisterStatusResult) };
});

const FIXTURES = new URL('fixtures/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, FIXTURES));

type Step =
  | readonly [balance: string, 'tick', rounds: number]
  | readonly [balance: string, 'install' | 'upgrade', argument: string, sender: string]
  | readonly [balance: string, 'update' | 'query', method: string, argument: string, sender: string];

interface Recorded {
  readonly stable: string;
  readonly steps: readonly Step[];
  readonly executions: readonly (readonly [
    kind: string,
    method: string,
    instructions: number,
    charged: number,
  ])[];
}

const recorded: Recorded = JSON.parse(read('dfb830f/messages.json').toString());
const wasm = new Uint8Array(read('dfb830f/tabularium.wasm.gz'));

async function replay(options: ReplicaOptions): Promise<CanisterInspector> {
  const pic = await PocketIc.create(undefined, options);
  const { steps } = recorded;
  const installer = steps.find(([, what]) => what === 'install')![3] as string;
  const canisterId = await pic.createCanister({ sender: Principal.fromText(installer) });
  for (const [balance, ...step] of steps) {
    // The canister reads its balance, which fees change that are none of this test's business.
    await pic.addCycles(canisterId, BigInt(balance) - (await pic.getCyclesBalance(canisterId)));
    if (step[0] === 'tick') {
      await pic.tick(step[1]);
      continue;
    }
    const sender = Principal.fromText(step.at(-1) as string);
    const arg = new Uint8Array(Buffer.from(step.at(-2) as string, 'base64'));
    if (step[0] === 'install') await pic.installCode({ canisterId, wasm, arg, sender });
    else if (step[0] === 'upgrade') await pic.upgradeCanister({ canisterId, wasm, arg, sender });
    else if (step[0] === 'update') await pic.updateCall({ canisterId, method: step[1], arg, sender });
    else await pic.queryCall({ canisterId, method: step[1], arg, sender });
  }
  return pic.inspect(canisterId);
}

const CALLS = [
  'point read (query)',
  'point read (update)',
  'insert',
  'single-row update',
  '1,000 rows (query)',
  'batch of 100 inserts',
] as const;
const METHODS = ['query', 'execute', 'execute', 'execute', 'query', 'batch'];

/** The median of the nine warm executions of each call: the first after each upgrade is cold. */
function warm({ executions }: CanisterInspector): Map<string, ExecutionRecord> {
  const upgrades = executions.flatMap(({ kind }, index) => (kind === 'post_upgrade' ? [index] : []));
  return new Map(
    CALLS.map((name, number) => {
      const after = executions.slice(upgrades[number], upgrades[number + 1]);
      const own = after.filter(
        ({ kind, method }) => method === METHODS[number] && kind !== 'inspect_message',
      );
      const nine = own.slice(1, 10).sort((a, b) => a.chargedInstructions - b.chargedInstructions);
      return [name, nine[4]!];
    }),
  );
}

describe('the rules of October 2025', () => {
  it('have the cost of every instruction', () => {
    // The IC's names have their dots and underscores elsewhere.
    const plain = (name: string) => name.replace(/[._]/g, '');
    const listed = Object.entries<number>(JSON.parse(read('instruction-costs.json').toString()));
    const costs = new Map(listed.map(([name, cost]) => [plain(name), cost]));
    const spaces = [
      { names: plainOpcodes.names, of: (code: number) => instructionCosts.of(code, 0) },
      { names: miscOpcodes.names, of: (code: number) => instructionCosts.of(Opcode.miscPrefix, code) },
      { names: simdOpcodes.names, of: (code: number) => instructionCosts.of(Opcode.simdPrefix, code) },
    ];
    const compared = new Map<string, number>();
    for (const { names, of } of spaces) {
      for (const [code, name = ''] of names.entries()) {
        const known = costs.get(plain(name));
        if (known !== undefined) compared.set(plain(name), of(code) - known);
      }
    }
    expect([...compared].filter(([, difference]) => difference !== 0)).toEqual([]);
    expect([...costs.keys()].filter((name) => !compared.has(name))).toEqual([]);
    expect(compared.size).toBe(438);
  });

  it('charge every execution to the instruction', async () => {
    const inspect = await replay({ rules: '2025-10' });
    const charged = inspect.executions.map(({ kind, method, instructions, chargedInstructions }) => [
      kind,
      method,
      instructions,
      chargedInstructions,
    ]);
    expect(charged).toEqual(recorded.executions);
    expect(inspect.hashStable()).toBe(recorded.stable);
  }, 120_000);
});

describe('the rules of today', () => {
  let inspect: CanisterInspector;

  beforeAll(async () => {
    inspect = await replay({ rules: '2026-07' });
  }, 120_000);

  // The table's row `create_archive` (47.5 million, 37.5 by the old rules, no pages) is not here: it does not say which archive that was, and
  // its message was not kept. Fourteen creations tried at dfb830f, first and later, of both page sizes, before and after an upgrade, cost
  // 37.1 to 37.6 and 47.6 to 48.7 million; none has both of its numbers within 0.1 %. The one of the fixture is held to the instruction above.
  it.each([
    ['point read (query)', 5.22, [60, 0, 2, 0]],
    ['point read (update)', 8.57, [58, 46, 0, 0]],
    ['insert', 9.0, [59, 46, 2, 2]],
    ['1,000 rows (query)', 9.41, [61, 0, 2, 0]],
    ['batch of 100 inserts', 11.79, [60, 47, 2, 2]],
  ])('charge a warm %s %d million', (name, millions, pages) => {
    const { touched, chargedInstructions } = warm(inspect).get(name)!;
    const { heapAccessed, heapWritten, stableAccessed, stableWritten } = touched;
    expect([heapAccessed, heapWritten, stableAccessed, stableWritten]).toEqual(pages);
    // The table has two decimals.
    expect(Math.abs(chargedInstructions / 1e6 - millions)).toBeLessThanOrEqual(0.001 * millions);
  });

  it('charge the inspection of a warm execute for 50 pages', () => {
    const inspected = inspect.executions.filter(
      ({ kind, method }) => kind === 'inspect_message' && method === 'execute',
    );
    const pages = inspected.map(({ touched }) => touched.heapAccessed).sort((a, b) => a - b);
    expect(pages[Math.floor(pages.length / 2)]).toBe(50);
    expect(inspected.every(({ touched }) => touched.heapWritten === 0 && touched.stableAccessed === 0)).toBe(
      true,
    );
  });

  it('change no work and no memory', () => {
    const work = recorded.executions.map(([, , , charged]) => charged);
    for (const [index, { work: done, instructions, touched }] of inspect.executions.entries()) {
      expect(done).toBeLessThanOrEqual(work[index]!);
      const pages = Object.values(touched).reduce((sum, count) => sum + count, 0);
      expect(instructions - done).toBe(pages * 80_000);
    }
    expect(inspect.executions.map(({ kind, method }) => [kind, method])).toEqual(
      recorded.executions.map(([kind, method]) => [kind, method]),
    );
  });
});
