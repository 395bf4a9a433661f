import { nextInPage } from './import-coverage';
import { PAGE_SHIFT, PAGE_SIZE } from './layout';
import { Store } from './store';

// Which ranges of an import's bytes have not arrived, found one after the other by walking its pages.

let start: u64 = 0;
let end: u64 = 0;

/** The range that {@link findMissing} found. Its end is where it stopped looking, if that came first. */
export function missingStart(): u64 {
  return start;
}

export function missingEnd(): u64 {
  return end;
}

/**
 * Finds the first range from `offset` on that is missing, looking no further than `limit`. Empty, at `limit`, when all
 * bytes before it are there. The record of the import must be in use.
 */
export function findMissing(slot: Store, offset: u64, limit: u64): void {
  start = skip(slot, offset, limit, false);
  end = start < limit ? skip(slot, start, limit, true) : start;
}

/** First byte that has arrived (`arrived`) or has not, or `limit`. */
function skip(slot: Store, offset: u64, limit: u64, arrived: bool): u64 {
  while (offset < limit) {
    const logical = <u32>(offset >> PAGE_SHIFT);
    const first = (<u64>logical) << PAGE_SHIFT;
    const found = first + nextInPage(slot, logical, <u32>(offset - first), arrived);
    if (found < min(first + PAGE_SIZE, limit)) return found;
    offset = first + PAGE_SIZE;
  }
  return limit;
}
