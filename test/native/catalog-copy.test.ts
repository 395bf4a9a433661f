import { beforeAll, expect, it } from 'vitest';
import { differsFromCopy, NativeCopy } from '../../canister/service/native-copy';
import type { CatalogObserver } from '../../catalog/catalog';
import type { SlotEntry } from '../../catalog/slots/slot-entry';
import { principalOf } from '../../src/harness';
import type { NativeModule } from '../../src/native/interface';
import { followModel } from '../catalog/model/history';
import type { Call, Outcome } from '../catalog/model/request';
import { System } from '../catalog/model/system';
import { startHost } from '../support/native-host';

const OPERATIONS = 10_000;

/** The entry with principals in the place of the model's names. */
function named(entry: SlotEntry): SlotEntry {
  if (entry.kind !== 'archive') return entry;
  const { archive } = entry;
  const principals = (names: readonly string[]) => names.map((name) => principalOf(name).toText());
  const { writers, readers, publicRead } = archive.access;
  const access = { writers: principals(writers), readers: principals(readers), publicRead };
  return { ...entry, archive: { ...archive, owner: principals([archive.owner])[0]!, access } };
}

class Observer implements CatalogObserver {
  readonly #copy: NativeCopy;

  constructor(native: NativeModule, { first, last }: { first: number; last: number }) {
    this.#copy = new NativeCopy(native);
    // An upgrade starts with an empty heap.
    for (let slot = first; slot <= last; slot++) native.dropArchiveCopy(slot);
  }

  slotChanged(entry: SlotEntry): void {
    this.#copy.slotChanged(named(entry));
  }

  canisterChanged(): void {}
}

class CopiedSystem extends System {
  readonly #native: NativeModule;
  compared = 0;

  constructor(native: NativeModule) {
    super(() => new Observer(native, { first: 130, last: 136 }));
    this.#native = native;
  }

  /** Compares the copy with the catalog after the operation. */
  override async perform(call: Call): Promise<Outcome> {
    const outcome = await super.perform(call);
    const { first, last } = this.plan;
    for (let slot = first; slot <= last; slot++) {
      const entry = named(this.catalog.entryAt(slot));
      if (differsFromCopy(this.#native, entry)) {
        throw new Error(
          `after ${JSON.stringify(call)} slot ${slot} is copied as ${JSON.stringify(this.#native.archiveCopy(slot))}`,
        );
      }
      if (entry.kind === 'archive') this.compared++;
    }
    return outcome;
  }
}

let native: NativeModule;
beforeAll(async () => {
  ({ native } = await startHost());
}, 120_000);

it(`is what the catalog says after each of ${OPERATIONS} random operations, with upgrades and traps`, async () => {
  const system = new CopiedSystem(native);
  await followModel(system, {
    seed: 20_261_201,
    operations: OPERATIONS,
    upgrades: 0.02,
    compareEvery: 1_000,
  });
  expect(system.compared).toBeGreaterThan(OPERATIONS);
}, 120_000);

it('is found out when it differs', () => {
  const system = new CopiedSystem(native);
  const archive = system.catalog.propose('a', principalOf('alice').toText(), 5n);
  system.catalog.add(archive);
  const entry = named(system.catalog.entryAt(archive.slot));
  expect(differsFromCopy(native, entry)).toBe(false);
  native.dropArchiveCopy(archive.slot);
  expect(differsFromCopy(native, entry)).toBe(true);
});
