import { NO_MEMORY } from './heap';
import { Image } from './image';
import { MAX_IMAGES, recordAt, writeDirectory } from './image-directory';
import { Level, PhysicalPage } from './layout';
import { DAMAGED_PAGE, pageAt } from './page-map';
import { Store } from './store';
import { StagingState } from './superblock';

// Who else holds a page. A page sits at the same place in every image that shares it, so the other images' maps tell
// exactly, whatever was restored, deleted or replaced in between. Birth epochs spare most of the looking: an image's page
// that is born after its shared epoch is its own, and no image holds a page that was born after the image's epoch.

/** An image of the slot: position of its record, or one of the two below. */
export type ImageNumber = u32;
export const LIVE_IMAGE: ImageNumber = MAX_IMAGES;
export const STAGING_IMAGE: ImageNumber = MAX_IMAGES + 1;
/** Images that a slot can have. */
export const IMAGE_NUMBERS: u32 = MAX_IMAGES + 2;

export function numberOf(slot: Store, image: Image): ImageNumber {
  return image === slot.live ? LIVE_IMAGE : STAGING_IMAGE;
}

/** Root table of an image; 0 where the number has no image, or an empty one. */
export function rootOf(slot: Store, number: ImageNumber): PhysicalPage {
  if (number === LIVE_IMAGE) return slot.live.rootTable;
  if (number === STAGING_IMAGE) return stagingRoot(slot);
  return slot.images === NO_MEMORY ? 0 : recordAt(slot, number).rootTable;
}

/** Records where an image's root table lies now. The superblock is left for the caller to write. */
export function setRoot(slot: Store, number: ImageNumber, root: PhysicalPage): void {
  if (number === LIVE_IMAGE) {
    slot.live.rootTable = root;
    slot.superblock.rootTable = root;
  } else if (number === STAGING_IMAGE) {
    slot.staging.rootTable = root;
    slot.superblock.stagingRoot = root;
  } else {
    recordAt(slot, number).rootTable = root;
    writeDirectory(slot);
  }
}

/** Whether an image other than `number` holds its page, which is the index-th of its level and was born in `birth`. */
export function isHeldByOther(
  slot: Store,
  number: ImageNumber,
  level: Level,
  index: u32,
  page: PhysicalPage,
  birth: u64,
): bool {
  const likely = slot.likelyHolder;
  if (likely !== number && holds(slot, likely, level, index, page, birth)) return true;
  for (let other: ImageNumber = 0; other < IMAGE_NUMBERS; other++) {
    if (other === number || other === likely || !holds(slot, other, level, index, page, birth)) continue;
    slot.likelyHolder = other;
    return true;
  }
  return false;
}

/** An image with a damaged map is taken to hold what is asked for: what it may need is not to be changed. */
function holds(
  slot: Store,
  number: ImageNumber,
  level: Level,
  index: u32,
  page: PhysicalPage,
  birth: u64,
): bool {
  const root = rootOf(slot, number);
  if (root === 0 || lastEpoch(slot, number) < birth) return false;
  const there = pageAt(slot, root, level, index);
  return there === page || there === DAMAGED_PAGE;
}

function lastEpoch(slot: Store, number: ImageNumber): u64 {
  return number < MAX_IMAGES ? recordAt(slot, number).epoch : u64.MAX_VALUE;
}

function stagingRoot(slot: Store): PhysicalPage {
  return slot.superblock.stagingState === StagingState.None ? 0 : slot.staging.rootTable;
}
