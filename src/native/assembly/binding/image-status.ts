// What a refusal that has to do with snapshots, exports and forks is called, and says.

import { StoreStatus } from '../pages/status';

/** Code of the error, or an empty string for a status that is none of theirs. */
export function imageStatusCode(status: StoreStatus): string {
  switch (status) {
    case StoreStatus.SnapshotName:
      return 'SNAPSHOT_NAME';
    case StoreStatus.SnapshotExists:
      return 'SNAPSHOT_EXISTS';
    case StoreStatus.ImagesFull:
      return 'IMAGES_FULL';
    case StoreStatus.NoImage:
      return 'IMAGE_NONE';
    case StoreStatus.PinExpired:
      return 'EXPORT_EXPIRED';
    case StoreStatus.ForkUnderWay:
      return 'FORK_BUSY';
    case StoreStatus.NoFork:
      return 'FORK_NONE';
    case StoreStatus.ForkSourceGone:
      return 'FORK_SOURCE_GONE';
    default:
      return '';
  }
}

/** What the error says behind the slot, or an empty string likewise. */
export function imageStatusMessage(status: StoreStatus): string {
  switch (status) {
    case StoreStatus.SnapshotName:
      return 'a snapshot needs a name of 1 to 48 bytes';
    case StoreStatus.SnapshotExists:
      return 'a snapshot of that name exists already; choose another name, or delete that one';
    case StoreStatus.ImagesFull:
      return 'it holds as many snapshots and exports as it can, 31; delete or end one and reclaim its pages';
    case StoreStatus.NoImage:
      return 'there is no snapshot or export of that number';
    case StoreStatus.PinExpired:
      return 'the time of the export is over; begin another';
    case StoreStatus.ForkUnderWay:
      return 'its archive is still being copied there';
    case StoreStatus.NoFork:
      return 'no copy of an archive is being made there';
    case StoreStatus.ForkSourceGone:
      return 'the image that was being copied is gone; cancel the fork';
    default:
      return '';
  }
}
