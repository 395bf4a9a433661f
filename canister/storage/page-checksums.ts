import { type CandidPageChecksumState, type CandidPageVerification, optionalNat } from '../../src/candid';
import { nativeModule } from '../../src/database';
import { pageCount, wholeNumber } from '../service/arguments';
import { authorisedArchive, onArchive } from '../service/governed';
import { limitSlotOf } from '../service/limits';
import type { Implementations } from '../service/methods';
import { toVariant } from '../service/names';

export const pageChecksumsMethods = {
  db_page_checksums: describePageChecksums,
  db_set_page_checksums: setPageChecksums,
  db_continue_page_checksums: continuePageChecksums,
  db_verify_pages: verifyPages,
} satisfies Implementations;

/** Pages of the largest archive. */
const MOST_PAGES = 2 ** 24;

function describePageChecksums(reference: string): CandidPageChecksumState {
  return stateOf(authorisedArchive('db_page_checksums', reference).slot);
}

/** Switches them for what is written from now on; the pages that are there follow by {@link continuePageChecksums}. */
function setPageChecksums(reference: string, enabled: boolean): CandidPageChecksumState {
  return onArchive('db_set_page_checksums', reference, enabled ? 'on' : 'off', ({ slot }) => {
    nativeModule().setPageChecksums(slot, enabled);
    return stateOf(slot);
  });
}

function continuePageChecksums(reference: string, pageBudget: number): CandidPageChecksumState {
  const archive = authorisedArchive('db_continue_page_checksums', reference);
  limitSlotOf(archive);
  nativeModule().continuePageChecksums(archive.slot, pageCount(pageBudget));
  return stateOf(archive.slot);
}

/** Compares pages with their checksums; nothing is changed. */
function verifyPages(reference: string, from: bigint, pageBudget: number): CandidPageVerification {
  const { slot } = authorisedArchive('db_verify_pages', reference);
  const first = wholeNumber('from', from, 0, MOST_PAGES);
  const { damaged, next } = nativeModule().verifyPages(slot, first, pageCount(pageBudget));
  return { damaged, next: optionalNat(next) };
}

function stateOf(slot: number): CandidPageChecksumState {
  return toVariant(nativeModule().pageChecksums(slot));
}
