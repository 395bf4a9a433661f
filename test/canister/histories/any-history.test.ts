import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { runStockSqlite } from '../../../examples/tour/stock-sqlite';
import { mount, mountedFile } from '../../native/adoption/mounted';
import { InstalledTabularium } from '../../support/tabularium';
import { type Fault, type Image, ModelledService } from './modelled-service';
import { create, write } from './rows';
import type { Choice } from './step';
import { STEPS } from './steps';

/** TABULARIUM_HISTORIES: so many, other ones each time; without it, always the same. */
const WANTED = process.env.TABULARIUM_HISTORIES;
const HISTORIES = Number(WANTED ?? 4);
const SEED = WANTED === undefined ? { seed: 1_604 } : {};
const IDS = ['a', 'b', 'c', 'adopted'];
const FOREIGN_SLOT = 130;
const FOREIGN_ROWS = new Map(Array.from({ length: 300 }, (_, n) => [n, `theirs ${n}`]));

let canister: InstalledTabularium;
let restart: () => Promise<void>;
let foreign: Image;

beforeAll(async () => {
  const sql = `CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT NOT NULL); WITH RECURSIVE n(i) AS
    (SELECT 0 UNION ALL SELECT i + 1 FROM n LIMIT 300) INSERT INTO t SELECT i, 'theirs ' || i FROM n`;
  const { image } = await runStockSqlite(new Uint8Array(0), sql);
  foreign = { rows: FOREIGN_ROWS, bytes: image };
  // The smallest buckets, so that most steps have to grow.
  canister = await InstalledTabularium.over(mount({ [FOREIGN_SLOT]: mountedFile(image) }, 1));
  await canister.pic.tick(8);
  restart = await canister.checkpoint();
});

/** Two messages in five are to trap, at one of its first changes or for its instructions, or is refused memory. */
const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 9, arbitrary: fc.constant(undefined) },
  {
    weight: 3,
    arbitrary: fc.record({
      trapAtStableChange: fc.integer({ min: 1, max: 9 }),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ instructionLimit: fc.integer({ min: 200_000, max: 8_000_000 }) }) },
  { weight: 2, arbitrary: fc.constant({ refuseStableGrowFrom: 1 }) },
);
const choice: fc.Arbitrary<Choice> = fc.record({
  id: fc.constantFrom(...IDS),
  from: fc.constantFrom(...IDS),
  which: fc.nat({ max: 20 }),
  pages: fc.integer({ min: 1, max: 100 }),
});
const step = fc.oneof(
  ...Object.entries(STEPS).map(([name, [weight]]) => ({
    weight,
    arbitrary: fc.record({ do: fc.constant(name), choice, fault }),
  })),
);

it('of everything that can be done to archives, trapping and refused memory anywhere, leaves each as it must be', async () => {
  let traps = 0;
  let refusals = 0;
  const completed = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 60, maxLength: 90, size: 'max' }), async (steps) => {
      await restart();
      const model = new ModelledService(canister, { slot: FOREIGN_SLOT, image: foreign });
      for (const id of ['a', 'b']) {
        const first = { id, from: id, which: 5, pages: 50 };
        await create(model, first, undefined);
        await write(model, first, undefined);
      }
      for (const { do: name, choice, fault } of steps) await STEPS[name]![1](model, choice, fault);
      await model.checkAll();
      traps += model.traps;
      refusals += model.refusals;
      for (const name of model.completed) completed.add(name);
    }),
    { numRuns: HISTORIES, endOnFailure: true, ...SEED },
  );
  expect(traps).toBeGreaterThan(HISTORIES);
  expect(refusals).toBeGreaterThan(0);
  // Of adoption, fork, import, purge and restore: where the instructions run out, and so what is left out, differs with costs.
  expect(completed.size).toBeGreaterThanOrEqual(4);
}, 1_200_000);
