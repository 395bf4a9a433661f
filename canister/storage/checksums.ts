import type { CandidChecksum, CandidChecksumProgress } from '../../src/candid';
import { nativeModule } from '../../src/database';
import { nanoseconds, pageCount } from '../service/arguments';
import { authorisedArchive } from '../service/governed';
import { limitSlotOf } from '../service/limits';
import type { Implementations } from '../service/methods';
import { reclaimSome } from './reclaim';

export const checksumsMethods = {
  db_checksum: describeChecksum,
  db_refresh_checksum: refreshChecksum,
  db_cancel_checksum: cancelChecksum,
} satisfies Implementations;

/** Pages of its image that a refresh which is given up gives back at once. */
const CANCEL_PAGES = 4_096;

/** The last refresh's outcome. */
function describeChecksum(reference: string): [] | [CandidChecksum] {
  const { slot } = authorisedArchive('db_checksum', reference);
  const known = nativeModule().slotChecksum(slot);
  if (known === undefined) return [];
  const { checksum, transactionId, refreshedAt, stale } = known;
  return [{ checksum, transaction_id: BigInt(transactionId), refreshed_at: nanoseconds(refreshedAt), stale }];
}

/** Takes some pages of the image in that was live when the refresh began. */
function refreshChecksum(reference: string, pageBudget: number): CandidChecksumProgress {
  const archive = authorisedArchive('db_refresh_checksum', reference);
  limitSlotOf(archive);
  const { done, position, total } = nativeModule().refreshChecksum(archive.slot, pageCount(pageBudget));
  return { done, position: BigInt(position), total: BigInt(total) };
}

function cancelChecksum(reference: string): null {
  const { slot } = authorisedArchive('db_cancel_checksum', reference);
  nativeModule().cancelChecksum(slot, CANCEL_PAGES);
  reclaimSome(slot);
  return null;
}
