import type { SlotStorage } from '../../../catalog/archives/purge';
import { AuditLog } from '../../../catalog/audit/audit-log';
import { Catalog, type CatalogObserver } from '../../../catalog/catalog';
import { CatalogError } from '../../../catalog/error';
import { Governance, type GovernedCall } from '../../../catalog/governance';
import { describeSlots } from '../../../catalog/slots/slot-map';
import { MemoryRecordStore } from '../memory-record-store';
import { caller } from '../support';
import { onArchive, onCanister } from './catalog-acts';
import type { ModelledSystem, SystemView } from './modelled-system';
import { CONTROLLER, OK } from './reference-model';
import type { Call, Outcome } from './request';

/** Stands for the IC undoing a message: thrown by a store in the middle of an operation. */
class Trap extends Error {}

class TrappingStore extends MemoryRecordStore {
  /** Writes until the trap. */
  writesLeft = Number.POSITIVE_INFINITY;

  override write(cell: number, text: string): void {
    if (--this.writesLeft < 0) {
      throw new Trap();
    }
    super.write(cell, text);
  }
}

/** What a slot holds in place of a database: whose it is, how often it was written, in how many parts it is given back. */
export interface Content {
  readonly generation: number;
  readonly writes: number;
  readonly parts: number;
}

const BEGINNING = 1_700_000_000_000_000_000n;
const NANOSECONDS = 1_000_000_000n;

/** The canister as far as the catalog goes: stores that survive upgrades, storage, and messages that can trap. */
export class System implements ModelledSystem, SlotStorage {
  readonly plan = { first: 130, last: 136, anchor: 132 };
  readonly trapPlaces = 3;
  readonly noImport = 'ARCHIVE_STATE';
  #now = BEGINNING;
  #catalogStore = new TrappingStore();
  #auditStore = new TrappingStore();
  #contents = new Map<number, Content>();
  #governance: Governance;
  readonly #observe: () => CatalogObserver | undefined;

  /** @param observe makes the catalog's observer, anew with every upgrade */
  constructor(observe: () => CatalogObserver | undefined = () => undefined) {
    this.#observe = observe;
    this.#governance = this.#open();
  }

  get catalog(): Catalog {
    return this.#governance.catalog;
  }

  async now(): Promise<bigint> {
    return this.#now;
  }

  async pass(seconds: number): Promise<void> {
    this.#now += BigInt(seconds) * NANOSECONDS;
  }

  async upgrade(): Promise<void> {
    this.#governance = this.#open();
  }

  /** Nothing runs by itself. */
  async settle(): Promise<number[]> {
    return this.#governance.catalog.archives().map(({ generation }) => generation);
  }

  /** A message that traps at its `trapAt`-th write leaves no trace. */
  async perform(call: Call): Promise<Outcome> {
    const { trapAt } = call;
    if (trapAt === undefined) {
      return this.#outcome(call);
    }
    const before = [
      new Map(this.#catalogStore.cells),
      new Map(this.#auditStore.cells),
      new Map(this.#contents),
    ] as const;
    this.#catalogStore.writesLeft = trapAt;
    this.#auditStore.writesLeft = trapAt;
    const outcome = this.#outcome(call);
    if (outcome.outcome === 'trapped') {
      this.#catalogStore = new TrappingStore(before[0]);
      this.#auditStore = new TrappingStore(before[1]);
      this.#contents = before[2];
      this.#governance = this.#open();
    }
    this.#catalogStore.writesLeft = Number.POSITIVE_INFINITY;
    this.#auditStore.writesLeft = Number.POSITIVE_INFINITY;
    return outcome;
  }

  async view(): Promise<SystemView> {
    const { catalog } = this.#governance;
    return {
      archives: catalog.archives().map(({ id, generation, slot, owner, access, life }) => {
        return { id, generation, slot, owner, ...access, life: life.state as never };
      }),
      slots: describeSlots(catalog).map(({ slot, state, id }) => ({ slot, state, id })),
    };
  }

  format(slot: number, generation: number): void {
    if (this.#contents.has(slot)) {
      throw new RangeError(`slot ${slot} is not empty`);
    }
    this.#contents.set(slot, { generation, writes: 0, parts: 2 });
  }

  /** The rows that a query of the slot would see. */
  rowsIn(slot: number): Pick<Content, 'generation' | 'writes'> | undefined {
    const content = this.#contents.get(slot);
    return content && { generation: content.generation, writes: content.writes };
  }

  writeRows(slot: number): void {
    const content = this.#contents.get(slot);
    if (content !== undefined) {
      this.#contents.set(slot, { ...content, writes: content.writes + 1 });
    }
  }

  release(slot: number): boolean {
    const content = this.#contents.get(slot);
    if (content === undefined || content.parts === 1) {
      this.#contents.delete(slot);
      return true;
    }
    this.#contents.set(slot, { ...content, parts: content.parts - 1 });
    return false;
  }

  #open(): Governance {
    const observer = this.#observe();
    return new Governance(
      Catalog.open(this.#catalogStore, { plan: this.plan, ...(observer && { observer }) }),
      AuditLog.open(this.#auditStore, 4),
    );
  }

  #outcome(call: Call): Outcome {
    try {
      return { outcome: OK, answer: this.#answer(call) };
    } catch (error) {
      if (error instanceof CatalogError) {
        return { outcome: error.code };
      }
      if (error instanceof Trap || (error as Error).cause instanceof Trap) {
        return { outcome: 'trapped' };
      }
      throw error;
    }
  }

  #answer({ request, reference, who }: Call): unknown {
    const governed: GovernedCall = {
      caller: caller(who, who === CONTROLLER),
      method: request.method,
      now: this.#now,
      detail: '',
    };
    const context = { system: this, catalog: this.#governance.catalog, call: governed };
    return reference === undefined
      ? this.#governance.onCanister(governed, () => onCanister(request, context))
      : this.#governance.onArchive(governed, reference, (archive) => onArchive(request, archive, context));
  }
}
