// The sentence that replaces "disk I/O error" where a page does not match its checksum.

import { damagedMemory, damagedPage } from '../pages/damage';
import { beginMessage, putInteger, putLiteral } from '../quickjs/message';

/** Builds the message that names the damaged page which was met last. */
export function beginDamageMessage(): void {
  beginMessage();
  putLiteral('Slot ');
  putInteger(damagedMemory());
  putLiteral(': page ');
  putInteger(damagedPage());
  putLiteral(' of its archive is damaged: it does not match its checksum');
}
