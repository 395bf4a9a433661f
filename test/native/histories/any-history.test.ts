import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Fault, ModelledCanister, NO_FAULT, SLOTS } from './modelled-canister';

/** TABULARIUM_HISTORIES: so many, other ones each time; without it, always the same. */
const WANTED = process.env.TABULARIUM_HISTORIES;
const HISTORIES = Number(WANTED ?? 12);
const SEED = WANTED === undefined ? { seed: 1_604 } : {};

const slot = fc.constantFrom(...SLOTS);
/** One step in four traps, at one of its first changes of stable memory; one in nine is refused memory. */
const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(NO_FAULT) },
  {
    weight: 2,
    arbitrary: fc.record({
      change: fc.integer({ min: 1, max: 12 }),
      moment: fc.constantFrom('before' as const, 'after' as const),
      refusesGrowth: fc.constant(false),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ ...NO_FAULT, refusesGrowth: true }) },
);
const which = fc.nat({ max: 20 });
const pages = fc.integer({ min: 1, max: 120 });

const step = <T extends string, More extends object>(
  weight: number,
  name: T,
  more: { [K in keyof More]: fc.Arbitrary<More[K]> },
) => ({
  weight,
  arbitrary: fc.record({ do: fc.constant(name), slot, fault, ...more }) as fc.Arbitrary<
    { do: T; slot: number; fault: Fault } & More
  >,
});

const command = fc.oneof(
  step(2, 'create', {}),
  step(7, 'write', {
    first: fc.nat({ max: 900 }),
    count: fc.integer({ min: 1, max: 300 }),
    length: fc.nat({ max: 120 }),
  }),
  step(2, 'remove', { which }),
  step(1, 'vacuum', {}),
  step(4, 'snapshot', {}),
  step(2, 'restore', { which }),
  step(3, 'deleteSnapshot', { which }),
  step(2, 'reclaim', { pages }),
  step(4, 'compact', { pages }),
  step(2, 'checksum', { pages }),
  step(3, 'export', {}),
  step(14, 'import', { from: slot, pages }),
  step(1, 'cancelImport', {}),
  step(4, 'fork', { from: slot, pages }),
  step(1, 'purge', {}),
  step(2, 'upgrade', {}),
);

it('of SQL, images, imports, exports, forks, compactions, purges, upgrades and traps leaves every archive as it must be', async () => {
  let traps = 0;
  let refusals = 0;
  const completed = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 40, maxLength: 80, size: 'max' }), async (steps) => {
      const canister = await ModelledCanister.start();
      for (const id of SLOTS.slice(0, 2)) await canister.create(id, NO_FAULT);
      for (const { slot, fault, ...rest } of steps) {
        if (rest.do === 'write')
          await canister.write(slot, fault, rest.first, rest.count, 'v'.repeat(rest.length));
        else if (rest.do === 'remove') await canister.remove(slot, fault, rest.which % 3);
        else if (rest.do === 'vacuum') {
          await canister.vacuum(slot, fault);
          await canister.sort(slot, fault);
        } else if (rest.do === 'restore') await canister.restore(slot, fault, rest.which);
        else if (rest.do === 'deleteSnapshot') await canister.deleteSnapshot(slot, fault, rest.which);
        else if (rest.do === 'reclaim') await canister.reclaim(slot, fault, rest.pages);
        else if (rest.do === 'compact') await canister.compact(slot, fault, rest.pages);
        else if (rest.do === 'checksum') await canister.checksum(slot, fault, rest.pages);
        else if (rest.do === 'import') await canister.import(slot, fault, rest.from, rest.pages);
        else if (rest.do === 'fork') await canister.fork(slot, fault, rest.from, rest.pages);
        else if (rest.do === 'upgrade') await canister.upgrade();
        else await canister[rest.do](slot, fault);
      }
      for (const id of SLOTS) await canister.checkSnapshots(id);
      traps += canister.traps;
      refusals += canister.refusals;
      for (const name of canister.completed) completed.add(name);
    }),
    { numRuns: HISTORIES, ...SEED },
  );
  expect(traps).toBeGreaterThan(HISTORIES);
  expect(refusals).toBeGreaterThan(0);
  expect([...completed].sort()).toEqual([
    'fork',
    'import',
    'import that keeps what it replaced',
    'purge',
    'restore',
    'sort that spilled',
  ]);
}, 1_200_000);
