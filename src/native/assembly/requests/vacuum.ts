// VACUUM is the one statement whose work can be foreseen: from the archive's header, before it begins.

import { ABSENT, writeFailure } from '../candid/failure-reply';
import { MOST_WRITTEN } from '../memory/scratch-memory';
import { vacuumWrites } from '../pages/space';
import { Store } from '../pages/store';
import { beginMessage, endMessage, messageLength, putInteger, putLiteral } from '../quickjs/message';

/** Whether VACUUM can fit a message; writes why not. */
export function mayVacuum(slot: Store): bool {
  const written = vacuumWrites(slot);
  if (written <= MOST_WRITTEN) return true;
  beginMessage();
  putLiteral('VACUUM would write ');
  putInteger(written);
  putLiteral(' bytes of stable memory, three times what the archive uses, and a message may write ');
  putInteger(MOST_WRITTEN);
  putLiteral('; nothing was changed. Export the archive, run VACUUM on the file, and import it');
  writeFailure('VACUUM_TOO_LARGE', endMessage(), messageLength(), ABSENT, ABSENT);
  return false;
}
