import type { ExecutionRecord } from '../../replica';
import { runBenchCanister } from '../bench-canister';
import { installMeasured } from '../canister';
import { atMost, type Figure } from '../figure';

const TOPIC = 'native';
const SLOTS = 135;
const UPDATE_TRANSACTIONS = 10_000;

/** What SQLite as a native module of QuickJS costs (issue 2). */
export async function measureNative(): Promise<Figure[]> {
  const steps = await runBenchCanister();
  const cost = (step: string, times = 1): number => {
    const instructions = steps.get(step);
    if (instructions === undefined) {
      throw new Error(`the bench canister has no step '${step}'`);
    }
    return instructions / times;
  };
  return [
    atMost(
      TOPIC,
      'an empty call from JavaScript into native code',
      cost('100 empty native calls', 100),
      1_300,
      INSTRUCTIONS,
    ),
    atMost(
      TOPIC,
      '1,000 single-row inserts in one transaction',
      cost('1000 inserts, one call each, one transaction'),
      16_000_000,
      INSTRUCTIONS,
    ),
    atMost(TOPIC, '1,000 point reads by key', cost('1000 point reads'), 14_000_000, INSTRUCTIONS),
    atMost(
      TOPIC,
      'a single-row update as its own transaction, 1,000-row table',
      Math.max(
        cost('first single-row update transaction'),
        cost('20 single-row update transactions through the facade', 20),
      ),
      80_000,
      INSTRUCTIONS,
    ),
    await measureGrowth(),
    ...(await measureUpgrade()),
  ];
}

const INSTRUCTIONS = 'instructions';

/** Stable memory that update transactions add after the first. */
async function measureGrowth(): Promise<Figure> {
  const canister = await installMeasured();
  await canister.client().createArchive('a');
  const archive = canister.client().archive('a');
  await archive.execute("CREATE TABLE t(x INTEGER PRIMARY KEY, y); INSERT INTO t VALUES (1, 'value 0')");
  const update = (n: number) => archive.execute('UPDATE t SET y = ?1 WHERE x = 1', `value ${n}`);
  await update(1);
  const before = canister.inspect.stableBytes;
  for (let n = 1; n < UPDATE_TRANSACTIONS; n++) {
    await update(n);
  }
  const grown = canister.inspect.stableBytes - before;
  await canister.pic.tearDown();
  return atMost(TOPIC, '10,000 single-row update transactions: growth after the first', grown, 0, 'bytes');
}

/** What post_upgrade costs more with every slot taken than with one. */
async function measureUpgrade(): Promise<Figure[]> {
  const one = await upgradeCost(1);
  const all = await upgradeCost(SLOTS);
  const more = (kind: 'work' | 'chargedInstructions') => all[kind] - one[kind];
  const name = 'post_upgrade: 135 archives add to 1';
  return [
    atMost(TOPIC, `${name}, work`, more('work'), 90_000_000, INSTRUCTIONS),
    atMost('replica', `${name}, with touched pages`, more('chargedInstructions'), 120_000_000, INSTRUCTIONS),
  ];
}

async function upgradeCost(archives: number): Promise<ExecutionRecord> {
  const canister = await installMeasured();
  for (let n = 0; n < archives; n++) {
    await canister.client().createArchive(`archive-${n}`);
    await canister.client().archive(`archive-${n}`).execute('CREATE TABLE t(x); INSERT INTO t VALUES (1)');
  }
  await canister.upgrade();
  const record = canister.inspect.last('post_upgrade');
  await canister.pic.tearDown();
  return record;
}
