import { expect, it } from 'vitest';
import { stateOf } from '../../catalog/archives/archive';
import { describeSlots } from '../../catalog/slots/slot-map';
import { Random } from '../support/random';
import { documentedTable } from './documented-table';
import { IDS, OPERATIONS, type Operation, TENANTS } from './model/operations';
import { ANYBODY, CONTROLLER, type ModelArchive, OK, ReferenceModel } from './model/reference-model';
import { System } from './model/system';
import { caller } from './support';

const OPERATION_COUNT = 100_000;
const SEED = 20_261_121;
const PRINCIPALS = [...TENANTS, ...TENANTS, CONTROLLER, CONTROLLER, CONTROLLER, 'oscar', 'mallory', ANYBODY];
const CHOICES = OPERATIONS.flatMap(([weight, make]) => Array.from({ length: weight }, () => make));

function reference(random: Random, model: ReferenceModel, remembered: string[]): string {
  const choice = random.next();
  const live = model.archives.filter(({ id }) => model.live(id) !== undefined);
  if (choice < 0.55 && live.length > 0) {
    const { id, generation } = random.pick(live);
    return random.chance(0.5) ? id : `${id}@${generation}`;
  }
  if (choice < 0.8 && model.archives.length > 0) {
    const { id, generation } = random.pick(model.archives);
    return `${id}@${generation}`;
  }
  return choice < 0.95 && remembered.length > 0
    ? random.pick(remembered)
    : random.pick([random.pick(IDS), `${random.pick(IDS)}@${1 + random.below(model.nextGeneration + 2)}`]);
}

function expectation(model: ReferenceModel, operation: Operation, who: string): string {
  if (operation.reference === undefined) {
    return model.holds(operation.method, who, undefined)
      ? operation.expected({} as ModelArchive)
      : 'NOT_AUTHORISED';
  }
  const admission = model.admission(operation.method, who, operation.reference);
  const archive = model.resolve(operation.reference);
  return admission === OK && archive !== undefined ? operation.expected(archive) : admission;
}

function run(system: System, operation: Operation, who: string, now: bigint): () => void {
  const call = { caller: caller(who, who === CONTROLLER), method: operation.method, now, detail: '' };
  return () => {
    if (operation.reference === undefined) {
      system.governance.onCanister(call, () => operation.act({} as never));
    } else {
      system.governance.onArchive(call, operation.reference, (archive) => operation.act(archive));
    }
  };
}

function assertAlike(system: System, model: ReferenceModel, slots: Map<number, number>): void {
  const archives = system.catalog.archives();
  const bySlot = (a: { slot: number }, b: { slot: number }) => a.slot - b.slot;
  expect(
    archives.map(({ id, generation, slot, owner, access, life }) => ({
      id,
      generation,
      slot,
      owner,
      ...access,
      life: life.state,
    })),
  ).toEqual(
    [...model.archives]
      .sort(bySlot)
      .map(({ id, generation, slot, owner, writers, readers, publicRead, life }) => ({
        id,
        generation,
        slot,
        owner,
        writers,
        readers,
        publicRead,
        life,
      })),
  );
  expect(new Set(archives.map(({ slot }) => slot)).size).toBe(archives.length);
  const live = system.catalog.list();
  expect(new Set(live.map(({ id }) => id)).size).toBe(live.length);
  for (const { generation, slot } of archives) {
    expect(slots.get(generation)).toBe(slot);
  }
  for (const { slot, state, id } of describeSlots(system.catalog)) {
    const archive = archives.find((other) => other.slot === slot);
    const otherwise = model.reserved.has(slot) ? 'reserved' : 'free';
    expect([slot, state, id]).toEqual([
      slot,
      archive === undefined ? otherwise : stateOf(archive),
      archive?.id,
    ]);
  }
}

it(`agrees with the model in ${OPERATION_COUNT} random operations, with upgrades and traps`, () => {
  const random = new Random(SEED);
  const system = new System();
  const model = new ReferenceModel(documentedTable(), System.plan.first, System.plan.last);
  const remembered: string[] = [];
  /** The slot of every generation there ever was: none may change. */
  const slots = new Map<number, number>();
  const outcomes = new Map<string, number>();
  let now = 1_700_000_000_000_000_000n;
  system.catalog.changeHeader({ operators: model.operators });

  for (let count = 0; count < OPERATION_COUNT; count++) {
    now += BigInt(random.below(600)) * 1_000_000_000n;
    const about = reference(random, model, remembered);
    const entitled = [model.resolve(about)?.owner ?? CONTROLLER, CONTROLLER];
    const who = random.pick(random.chance(0.5) ? entitled : PRINCIPALS);
    const scene = { random, system, model, who, now, reference: about };
    const operation = random.pick(CHOICES)(scene);
    const expected = expectation(model, operation, who);
    const archive = operation.reference === undefined ? undefined : model.resolve(operation.reference);
    const outcome = system.message(
      run(system, operation, who, now),
      random.chance(0.05) ? random.below(3) : undefined,
    );
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (outcome !== 'trapped') {
      expect([count, operation.method, who, operation.reference, outcome]).toEqual([
        count,
        operation.method,
        who,
        operation.reference,
        expected,
      ]);
    }
    if (outcome === OK) {
      operation.apply(archive ?? ({} as ModelArchive));
      const newest = model.archives.at(-1);
      if (operation.method === 'create_archive' && newest !== undefined) {
        slots.set(newest.generation, newest.slot);
        remembered.push(`${newest.id}@${newest.generation}`);
        remembered.splice(0, remembered.length - 40);
      }
    }
    if (random.chance(0.02)) {
      system.upgrade();
    }
    if (count % 100 === 0 || outcome === 'trapped') {
      assertAlike(system, model, slots);
    }
  }

  const unseen = [
    OK,
    'trapped',
    'NOT_AUTHORISED',
    'REFERENCE_STALE',
    'ARCHIVE_NOT_FOUND',
    'ARCHIVE_EXISTS',
    'ARCHIVE_DELETED',
    'ARCHIVE_PURGING',
    'ARCHIVE_DAMAGED',
    'ARCHIVE_IMPORTING',
    'ARCHIVE_PROTECTED',
    'RECOVERY_EXPIRED',
    'CATALOG_FULL',
    'SLOT_TAKEN',
    'READS_BLOCKED',
    'WRITES_BLOCKED',
    'BLOCKED_BY_CONTROLLER',
  ].filter((outcome) => (outcomes.get(outcome) ?? 0) < 20);
  expect(unseen).toEqual([]);
  expect(outcomes.get(OK)).toBeGreaterThan(10_000);
});
