import { Image } from './image';
import { Store } from './store';
import { StagingState } from './superblock';

// All images of a slot by place, for whatever follows a physical page to everything that reaches it.

const LIVE: u32 = 0;
const STAGING: u32 = 1;
const PLACES: u32 = 2;

/** Number of places. Not each holds an image. */
export function imagePlaces(_slot: Store): u32 {
  return PLACES;
}

/** The image at a place, valid until the next is asked for; null where there is none. */
export function imageAt(slot: Store, place: u32): Image | null {
  if (place === LIVE) return slot.live;
  return slot.superblock.stagingState === StagingState.None ? null : slot.staging;
}

/** Records where the image's root table lies now. The superblock is left for the caller to write. */
export function recordRoot(slot: Store, place: u32, image: Image): void {
  if (place === LIVE) slot.superblock.rootTable = image.rootTable;
  else if (place === STAGING) slot.superblock.stagingRoot = image.rootTable;
}
