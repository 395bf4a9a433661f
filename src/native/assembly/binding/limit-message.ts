// The refusal of a growth that a slot's limits do not allow, in place of "disk is full".

import { MAX_IMAGE_SIZE } from '../pages/layout';
import { Excess, limitExceeded, limitWanted, takeExcess } from '../pages/limits';
import { beginMessage, putInteger, putLiteral } from '../quickjs/message';

/** The code of the limit that refused the last growth; empty when none did. Forgets it. */
export function takeExcessCode(): string {
  switch (takeExcess()) {
    case Excess.Size:
      return 'SIZE_LIMIT_EXCEEDED';
    case Excess.Buckets:
      return 'BUCKET_BUDGET_EXCEEDED';
    default:
      return '';
  }
}

/** Builds the message of a code that {@link takeExcessCode} gave. */
export function beginLimitMessage(code: string): void {
  const isSize = code === 'SIZE_LIMIT_EXCEEDED';
  beginMessage();
  putLiteral(isSize ? 'The archive may have ' : 'The archive may own ');
  putInteger(limitExceeded());
  putLiteral(isSize ? ' bytes and would have ' : ' buckets and would own ');
  putInteger(limitWanted());
  putLiteral('; nothing was changed. ');
  putLiteral(isSize ? 'Delete rows and VACUUM' : 'Compact it or delete snapshots');
  // Of what the page map does not reach there is no more to be had.
  if (!isSize || limitExceeded() < MAX_IMAGE_SIZE) putLiteral(', or ask a controller for more');
}
