import { inspect, isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { SlotState } from '../../../catalog/archives/archive';
import { Random } from '../../support/random';
import { documentedTable } from '../documented-table';
import type { ModelledSystem } from './modelled-system';
import { IDS, OPERATIONS, type Operation, TENANTS } from './operations';
import { ANYBODY, CONTROLLER, type ModelArchive, OK, ReferenceModel } from './reference-model';

const PRINCIPALS = [...TENANTS, ...TENANTS, CONTROLLER, CONTROLLER, CONTROLLER, 'oscar', 'mallory', ANYBODY];
const CHOICES = OPERATIONS.flatMap(([weight, make]) => Array.from({ length: weight }, () => make));
/** References that clients keep although they may be stale. */
const REMEMBERED = 40;
/** Time passes in this unit, which does not divide the recovery window: no deadline is met to the nanosecond. */
const TIME_STEP_SECONDS = 7;

export interface HistoryOptions {
  readonly seed: number;
  readonly operations: number;
  /** How likely an upgrade follows an operation. */
  readonly upgrades: number;
  /** Operations between two comparisons of everything; each trap is followed by one as well. */
  readonly compareEvery: number;
}

/**
 * Has random principals do random operations, with upgrades and traps, and holds the system against the model: nothing
 * succeeds that the documented table forbids, every answer and refusal is the model's, no reference ever means another
 * archive, no id two slots, no slot two ids, and no archive leaves its slot.
 *
 * @returns how often each outcome came about
 */
export async function followModel(
  system: ModelledSystem,
  options: HistoryOptions,
): Promise<Map<string, number>> {
  const history = new History(system, options.seed);
  for (let count = 0; count < options.operations; count++) {
    const outcome = await history.step(count);
    if (history.random.chance(options.upgrades)) {
      await system.upgrade(history.random.chance(0.3));
      await history.settle();
    }
    if (count % options.compareEvery === 0 || outcome === 'trapped') {
      await history.compare();
    }
  }
  await history.compare();
  return history.outcomes;
}

class History {
  readonly random: Random;
  readonly outcomes = new Map<string, number>();
  readonly #system: ModelledSystem;
  readonly #model: ReferenceModel;
  readonly #remembered: string[] = [];
  /** The slot of every generation there ever was: none may change. */
  readonly #slots = new Map<number, number>();

  constructor(system: ModelledSystem, seed: number) {
    this.random = new Random(seed);
    this.#system = system;
    this.#model = new ReferenceModel(documentedTable(), system.plan.first, system.plan.last);
  }

  /** One operation by one principal. Returns what came of it. */
  async step(count: number): Promise<string> {
    const { random } = this;
    if (random.chance(0.2)) {
      await this.#system.pass(random.below(430) * TIME_STEP_SECONDS);
      await this.settle();
    }
    const { operation, who } = await this.#draw();
    const { request, reference } = operation;
    const expected = this.#expectation(operation, who);
    const archive = reference === undefined ? undefined : this.#model.resolve(reference);
    const subject = archive ?? ({} as ModelArchive);
    const trapAt = random.chance(0.1) ? random.below(this.#system.trapPlaces) : undefined;
    const { outcome, answer } = await this.#system.perform({ request, reference, who, trapAt });
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
    if (outcome === 'trapped') {
      return outcome;
    }
    const told = `operation ${count}: ${who} asks ${JSON.stringify(request)} of '${reference}'`;
    if (outcome !== expected) {
      throw new Error(`${told}, which is ${outcome} instead of ${expected}`);
    }
    if (outcome === OK) {
      if (operation.answer !== undefined) {
        const due = operation.answer(subject);
        if (!isDeepStrictEqual(answer, due)) {
          throw new Error(`${told}, which answers ${inspect(answer)} instead of ${inspect(due)}`);
        }
      }
      operation.apply(subject, answer);
      this.#remember();
    }
    return outcome;
  }

  async settle(): Promise<void> {
    this.#model.purgeAllBut(await this.#system.settle(), await this.#system.now());
  }

  /** Everything that the system tells, against the model. */
  async compare(): Promise<void> {
    const { archives, slots } = await this.#system.view();
    expect(archives).toEqual(
      [...this.#model.archives]
        .sort((a, b) => a.slot - b.slot)
        .map(({ id, generation, slot, owner, writers, readers, publicRead, life }) => {
          return { id, generation, slot, owner, writers, readers, publicRead, life };
        }),
    );
    expect(new Set(archives.map(({ slot }) => slot)).size).toBe(archives.length);
    const live = archives.filter(({ life }) => life !== 'deleted' && life !== 'purging');
    expect(new Set(live.map(({ id }) => id)).size).toBe(live.length);
    for (const { generation, slot } of archives) {
      expect(this.#slots.get(generation)).toBe(slot);
    }
    const { first, last } = this.#system.plan;
    const expected = Array.from({ length: last - first + 1 }, (_, index) => this.#slotAt(first + index));
    expect(slots).toEqual(expected);
  }

  async #draw(): Promise<{ operation: Operation; who: string }> {
    const { random } = this;
    const reference = this.#reference();
    const entitled = [this.#model.resolve(reference)?.owner ?? CONTROLLER, CONTROLLER];
    const who = random.pick(random.chance(0.5) ? entitled : PRINCIPALS);
    const now = await this.#system.now();
    const scene = { random, system: this.#system, model: this.#model, who, now, reference };
    return { operation: random.pick(CHOICES)(scene), who };
  }

  #reference(): string {
    const { random } = this;
    const { archives, nextGeneration } = this.#model;
    const choice = random.next();
    const live = archives.filter(({ id }) => this.#model.live(id) !== undefined);
    if (choice < 0.55 && live.length > 0) {
      const { id, generation } = random.pick(live);
      return random.chance(0.5) ? id : `${id}@${generation}`;
    }
    if (choice < 0.8 && archives.length > 0) {
      const { id, generation } = random.pick(archives);
      return `${id}@${generation}`;
    }
    return choice < 0.95 && this.#remembered.length > 0
      ? random.pick(this.#remembered)
      : random.pick([random.pick(IDS), `${random.pick(IDS)}@${1 + random.below(nextGeneration + 2)}`]);
  }

  #expectation({ request, reference, expected }: Operation, who: string): string {
    if (reference === undefined) {
      const mayCall = this.#model.holds(request.method, who, undefined);
      return mayCall ? expected({} as ModelArchive) : 'NOT_AUTHORISED';
    }
    const admission = this.#model.admission(request.method, who, reference);
    const archive = this.#model.resolve(reference);
    return admission === OK && archive !== undefined ? expected(archive) : admission;
  }

  /** Notes the newest archive, if it is new. */
  #remember(): void {
    const newest = this.#model.archives.at(-1);
    if (newest === undefined || this.#slots.has(newest.generation)) {
      return;
    }
    this.#slots.set(newest.generation, newest.slot);
    this.#remembered.push(`${newest.id}@${newest.generation}`);
    this.#remembered.splice(0, this.#remembered.length - REMEMBERED);
  }

  #slotAt(slot: number): { slot: number; state: SlotState; id: string | undefined } {
    const archive = this.#model.archives.find((other) => other.slot === slot);
    if (archive === undefined) {
      return { slot, state: this.#model.reserved.has(slot) ? 'reserved' : 'free', id: undefined };
    }
    const isReadOnly = archive.life === 'active' && archive.blocks.writes !== undefined;
    return { slot, state: isReadOnly ? 'read-only' : archive.life, id: archive.id };
  }
}
