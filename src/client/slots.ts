import type { CandidSlot, CandidTombstone, CandidTombstonePage, TabulariumService } from '../candid';
import { unwrap } from './error';

/** Tombstones that a call asks for: all that one may. */
const TOMBSTONES_A_CALL = 1_000;

/**
 * The canister's slots: who has which, and what is kept free. Operators and controllers may look, controllers change. All
 * methods throw `TabulariumError` when the canister refuses.
 */
export class SlotsClient {
  readonly #service: TabulariumService;

  constructor(service: TabulariumService) {
    this.#service = service;
  }

  /** Every slot of the canister's plan, in order. */
  async list(): Promise<CandidSlot[]> {
    return unwrap(await this.#service.list_slots());
  }

  /** Keeps a free slot from allocation, until it is released or named in a creation. */
  async reserve(slot: number, reason: string): Promise<void> {
    unwrap(await this.#service.reserve_slot(slot, reason));
  }

  async release(slot: number): Promise<void> {
    unwrap(await this.#service.release_slot(slot));
  }

  /**
   * Empties a slot whose record in the catalog cannot be trusted, in as many calls as that takes; its data are lost. To
   * keep them, create an archive that claims the slot.
   */
  async clearDamaged(slot: number): Promise<void> {
    while (!unwrap(await this.#service.clear_damaged_slot(slot)));
  }

  /** What remains of purged archives, in the order of the purges. */
  async *tombstones(): AsyncGenerator<CandidTombstone> {
    let from: bigint | undefined = 0n;
    while (from !== undefined) {
      const page: CandidTombstonePage = unwrap(await this.#service.list_tombstones(from, TOMBSTONES_A_CALL));
      yield* page.tombstones;
      [from] = page.next;
    }
  }
}
