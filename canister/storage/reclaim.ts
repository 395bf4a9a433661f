import { codeOf } from '../../catalog/error';
import { type CandidDamagedImage, type CandidReclaim, optional } from '../../src/candid';
import { nativeModule } from '../../src/database';
import { pageCount } from '../service/arguments';
import { authorisedArchive } from '../service/governed';
import type { Implementations } from '../service/methods';

export const reclaimMethods = {
  db_reclaim: reclaim,
  db_damaged_images: damagedImages,
} satisfies Implementations;

/** Pages that a call which gives an image up passes at once: a few million instructions. */
const SOME_PAGES = 4_096;

/**
 * Gives back what a small image held, and a part of what a large one did; also what expired since. True when nothing is
 * left. What the caller did before stands, so that damage to an image is left for later calls to tell.
 */
export function reclaimSome(slot: number): boolean {
  try {
    return reclaimPages(slot, SOME_PAGES);
  } catch (error) {
    if (codeOf(error) === 'SLOT_DAMAGED') return false;
    throw error;
  }
}

/**
 * Passes up to `pageBudget` pages of deleted snapshots and ended exports, and as many of imports that ended, were given
 * up, or whose time is over.
 *
 * @returns true when nothing is left to give back.
 */
export function reclaimPages(slot: number, pageBudget: number): boolean {
  const imagesDone = nativeModule().reclaimImages(slot, pageBudget);
  return nativeModule().reclaimImport(slot, pageBudget) && imagesDone;
}

function reclaim(reference: string, pageBudget: number): CandidReclaim {
  const { slot } = authorisedArchive('db_reclaim', reference);
  return { done: reclaimPages(slot, pageCount(pageBudget)) };
}

/** What could not be given back. */
function damagedImages(reference: string): CandidDamagedImage[] {
  const { slot } = authorisedArchive('db_damaged_images', reference);
  return nativeModule()
    .listDamagedImages(slot)
    .map(({ name, transactionId, damagedPage }) => ({
      name: optional(name),
      transaction_id: BigInt(transactionId),
      page: damagedPage,
    }));
}
