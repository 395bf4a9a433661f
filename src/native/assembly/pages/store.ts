import { HostPointer } from '../externals/addresses';
import { MemoryId } from '../memory/layout';
import { allocateZeroed, NO_MEMORY, release } from './heap';
import { forgetTables, Image } from './image';
import { discardOverlay, Overlay } from './overlay';
import { Superblock } from './superblock';

/** A slot's page store while it is open. */
@unmanaged
export class Store {
  id: MemoryId;
  /** Files that the VFS holds open on this store. */
  openFiles: u32;
  /** Host address of the file of the transaction's journal, or 0 while it was never opened. */
  journal: usize;
  /** As in stable memory; changed here first and written last. */
  superblock: Superblock;
  live: Image;
  /** The image beside the live one, while the staging record is in use. */
  staging: Image;
  overlay: Overlay;
  /** The slot's image directory as in stable memory, or 0 where it has none. */
  images: HostPointer;
  /** A byte for each group, not 0 where it is known to have no free page. */
  fullGroups: HostPointer;
  fullGroupsCapacity: u32;
  /** The image that was last found to hold a page with another: asked first the next time. */
  likelyHolder: u32;
}

/** A store with all fields zero and its parts behind it in the same allocation, or null when the heap is exhausted. */
export function newStore(id: MemoryId): Store | null {
  const superblock = <u32>offsetof<Store>();
  const live = superblock + <u32>offsetof<Superblock>();
  const staging = live + <u32>offsetof<Image>();
  const overlay = staging + <u32>offsetof<Image>();
  const address = allocateZeroed(overlay + <u32>offsetof<Overlay>());
  if (address === NO_MEMORY) return null;
  const made = changetype<Store>(<usize>address);
  made.id = id;
  made.superblock = changetype<Superblock>(address + superblock);
  made.live = changetype<Image>(address + live);
  made.staging = changetype<Image>(address + staging);
  made.overlay = changetype<Overlay>(address + overlay);
  return made;
}

export function deleteStore(old: Store): void {
  forgetTables(old.live);
  forgetTables(old.staging);
  discardOverlay(old.overlay);
  release(old.images);
  release(old.fullGroups);
  release(<u32>changetype<usize>(old));
}
