import type { SlotStorage } from '../../../catalog/archives/purge';
import { AuditLog } from '../../../catalog/audit/audit-log';
import { Catalog } from '../../../catalog/catalog';
import { CatalogError } from '../../../catalog/error';
import { Governance } from '../../../catalog/governance';
import { MemoryRecordStore } from '../memory-record-store';

/** Stands for the IC undoing a message: thrown by a store in the middle of an operation. */
export class Trap extends Error {}

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

/** What a slot holds in place of a database: whose it is, and in how many parts it is given back. */
interface Content {
  readonly generation: number;
  readonly parts: number;
}

const PLAN = { first: 130, last: 136, anchor: 132 };

/** The canister as far as the catalog goes: stores that survive upgrades, storage, and messages that can trap. */
export class System implements SlotStorage {
  #catalogStore = new TrappingStore();
  #auditStore = new TrappingStore();
  #contents = new Map<number, Content>();
  governance: Governance;

  constructor() {
    this.governance = this.#open();
  }

  static readonly plan = PLAN;

  get catalog(): Catalog {
    return this.governance.catalog;
  }

  upgrade(): void {
    this.governance = this.#open();
  }

  /**
   * Runs a message. One that traps at its `trapAt`-th write leaves no trace.
   *
   * @returns the code of a refusal, 'allowed', or 'trapped'
   */
  message(action: () => void, trapAt: number | undefined): string {
    if (trapAt === undefined) {
      return this.#outcome(action);
    }
    const before = [
      new Map(this.#catalogStore.cells),
      new Map(this.#auditStore.cells),
      new Map(this.#contents),
    ] as const;
    this.#catalogStore.writesLeft = trapAt;
    this.#auditStore.writesLeft = trapAt;
    const outcome = this.#outcome(action);
    if (outcome === 'trapped') {
      this.#catalogStore = new TrappingStore(before[0]);
      this.#auditStore = new TrappingStore(before[1]);
      this.#contents = before[2];
      this.upgrade();
    }
    this.#catalogStore.writesLeft = Number.POSITIVE_INFINITY;
    this.#auditStore.writesLeft = Number.POSITIVE_INFINITY;
    return outcome;
  }

  format(slot: number, generation: number): void {
    if (this.#contents.has(slot)) {
      throw new RangeError(`slot ${slot} is not empty`);
    }
    this.#contents.set(slot, { generation, parts: 2 });
  }

  /** Whose rows a query of the slot would see. */
  generationIn(slot: number): number | undefined {
    return this.#contents.get(slot)?.generation;
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
    return new Governance(
      Catalog.open(this.#catalogStore, { plan: PLAN }),
      AuditLog.open(this.#auditStore, 4),
    );
  }

  #outcome(action: () => void): string {
    try {
      action();
      return 'allowed';
    } catch (error) {
      if (error instanceof CatalogError) {
        return error.code;
      }
      if (error instanceof Trap || (error as Error).cause instanceof Trap) {
        return 'trapped';
      }
      throw error;
    }
  }
}
