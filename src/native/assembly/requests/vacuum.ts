// What a VACUUM needs, before it begins: it is the one statement whose work can be foreseen from the archive's header.

import { ABSENT, writeFailure } from '../candid/failure-reply';
import { MOST_WRITTEN } from '../memory/scratch-memory';
import { bytesToPublish } from '../pages/commit-limit';
import { usedBytes } from '../pages/database-header';
import { readImage } from '../pages/image-read';
import { PAGE_SHIFT, PAGE_SIZE } from '../pages/layout';
import { pageBuffer } from '../pages/page-buffers';
import { StoreStatus } from '../pages/status';
import { Store } from '../pages/store';
import { beginMessage, endMessage, messageLength, putInteger, putLiteral } from '../quickjs/message';

/** Times that VACUUM writes what it keeps before it publishes: SQLite's copy, and the pages that the copy replaces. */
const COPIES: u64 = 2;

/**
 * Whether VACUUM can fit a message; writes why not. What is nearly empty counts as if it were full, so that one that passes
 * may take less.
 */
export function mayVacuum(slot: Store): bool {
  // An archive without a header has nothing to copy, and a damaged one is refused by whoever reads on.
  if (readImage(slot, 0, pageBuffer, PAGE_SIZE) !== StoreStatus.Ok) return true;
  const used = usedBytes(pageBuffer, slot.live.logicalSize);
  const written = COPIES * used + bytesToPublish(<u32>(used >> PAGE_SHIFT));
  if (written <= MOST_WRITTEN) return true;
  beginMessage();
  putLiteral('VACUUM would write ');
  putInteger(written);
  putLiteral(' bytes of stable memory, and a message may write ');
  putInteger(MOST_WRITTEN);
  putLiteral('; nothing was changed. An archive that uses up to ');
  putInteger(u64((<f64>used * <f64>MOST_WRITTEN) / <f64>written));
  putLiteral(' bytes fits. Export this one, run VACUUM on the file, and import it');
  writeFailure('VACUUM_TOO_LARGE', endMessage(), messageLength(), ABSENT, ABSENT);
  return false;
}
