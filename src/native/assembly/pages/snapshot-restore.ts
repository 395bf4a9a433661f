import { HostPointer } from '../externals/addresses';
import { Image } from './image';
import { MAX_IMAGES, positionOf, recordAt } from './image-directory';
import { ImageOrigin, ImageState } from './image-record';
import { examineSnapshot, keepReplacedImage } from './snapshot-create';
import { StoreStatus } from './status';
import { Store } from './store';

const restored: usize = memory.data(offsetof<Image>(), 8);

/**
 * Makes a snapshot's image the live one. The snapshot stays, and the replaced image becomes a snapshot of the given name,
 * so that restoring that one undoes it. Costs the same whatever their sizes. Refused, with nothing changed: Busy while
 * the archive is open, NoImage, and as createSnapshot.
 */
export function restoreSnapshot(slot: Store, id: u64, keptName: HostPointer, nameLength: u32): StoreStatus {
  if (slot.openFiles > 0) return StoreStatus.Busy;
  const position = positionOf(slot, id);
  if (position === MAX_IMAGES || recordAt(slot, position).state !== ImageState.Snapshot)
    return StoreStatus.NoImage;
  const status = examineSnapshot(slot, keptName, nameLength);
  if (status !== StoreStatus.Ok) return status;
  const record = recordAt(slot, position);
  const image = changetype<Image>(restored);
  image.logicalSize = record.logicalSize;
  image.sharedEpoch = record.epoch;
  image.rootTable = record.rootTable;
  image.rootBirth = record.rootBirth;
  keepReplacedImage(
    slot,
    image,
    record.sqlitePageSize,
    record.schemaVersion,
    keptName,
    nameLength,
    ImageOrigin.Restore,
  );
  return StoreStatus.Ok;
}
