// What the engine calls "disk is full": a growth that a slot's limits do not allow, or work that spilled and found no room.

import { bytesShort, MOST_WRITTEN, Shortage, takeShortage } from '../memory/scratch-memory';
import { MAX_IMAGE_SIZE } from '../pages/layout';
import { Excess, limitExceeded, limitWanted, takeExcess } from '../pages/limits';
import { beginMessage, putInteger, putLiteral } from '../quickjs/message';

/** The code of the limit that refused the last growth; empty when none did. Forgets it. */
export function takeExcessCode(): string {
  const shortage = takeShortage();
  switch (takeExcess()) {
    case Excess.Size:
      return 'SIZE_LIMIT_EXCEEDED';
    case Excess.Buckets:
      return 'BUCKET_BUDGET_EXCEEDED';
    default:
      if (shortage === Shortage.Buckets) return 'STABLE_MEMORY_FULL';
      return shortage === Shortage.Written ? 'WRITE_LIMIT_EXCEEDED' : '';
  }
}

/** Builds the message of a code that {@link takeExcessCode} gave. */
export function beginLimitMessage(code: string): void {
  beginMessage();
  if (code === 'STABLE_MEMORY_FULL') putNoBuckets();
  else if (code === 'WRITE_LIMIT_EXCEEDED') putWriteLimit();
  else putSlotLimit(code === 'SIZE_LIMIT_EXCEEDED');
}

function putNoBuckets(): void {
  putLiteral('The work spills into stable memory and needs ');
  putInteger(bytesShort());
  putLiteral(' bytes there, which the canister has no more buckets for; nothing was changed. ');
  putLiteral('Work on fewer rows at a time, or purge what is not needed');
}

function putWriteLimit(): void {
  putLiteral('A message may write ');
  putInteger(MOST_WRITTEN);
  putLiteral(' bytes of stable memory and would write ');
  putInteger(bytesShort());
  putLiteral(', its temporary data included; nothing was changed. Work on fewer rows at a time');
}

function putSlotLimit(isSize: bool): void {
  putLiteral(isSize ? 'The archive may have ' : 'The archive may own ');
  putInteger(limitExceeded());
  putLiteral(isSize ? ' bytes and would have ' : ' buckets and would own ');
  putInteger(limitWanted());
  putLiteral('; nothing was changed. ');
  putLiteral(isSize ? 'Delete rows and VACUUM' : 'Compact it or delete snapshots');
  // Of what the page map does not reach there is no more to be had.
  if (!isSize || limitExceeded() < MAX_IMAGE_SIZE) putLiteral(', or ask a controller for more');
}
