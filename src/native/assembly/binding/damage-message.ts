// The sentences about damage that name slot and page: in place of "disk I/O error", and where an image does not hold.

import { Damage, damage, damagedImage, damagedMemory, damagedPage } from '../pages/damage';
import { beginMessage, putInteger, putLiteral } from '../quickjs/message';

/** Builds the message that names the damaged page which was met last. */
export function beginDamageMessage(): void {
  beginMessage();
  putLiteral('Slot ');
  putInteger(damagedMemory());
  if (damage() === Damage.FreePages) {
    putLiteral(': the record of its free pages is damaged: its archive is read on, and takes nothing more; ');
    putLiteral('export it, or import a backup into a new archive');
    return;
  }
  putLiteral(': page ');
  putInteger(damagedPage());
  if (damage() === Damage.Content) putLiteral(' of its archive is damaged: it does not match its checksum');
  else putLiteral(' of its archive is lost: the page map does not lead to it');
}

/** Builds the message on an image that could not be measured or given back. */
export function beginDamagedImageMessage(): void {
  beginMessage();
  putLiteral('Slot ');
  putInteger(damagedMemory());
  if (damagedImage() === 0) {
    putLiteral(': the image of a former import');
  } else {
    putLiteral(': image ');
    putInteger(damagedImage());
  }
  putLiteral(' is damaged: its page map does not lead to page ');
  putInteger(damagedPage());
  putLiteral('. What it holds is not given back before the archive is purged; the archive itself goes on');
}
