import { HostPointer } from '../externals/addresses';
import { Image, knownTable, rememberTable } from './image';
import { FANOUT, FANOUT_SHIFT, Level, LogicalPage, MapEntry, PhysicalPage } from './layout';
import { readFromPage, writeToPage } from './page-access';
import { Store } from './store';

// The way from a logical page to its physical one: root table, directory table, segment table, page. Segment tables
// are remembered, so a page costs one look at its entry.

export const ENTRY_SIZE: u32 = <u32>offsetof<MapEntry>();
const buffer: HostPointer = <u32>memory.data(16, 8);

/** What a walk over a damaged table answers. No page has this number, and neither has any page below it. */
export const DAMAGED_PAGE: PhysicalPage = 0xffffffff;

/** The entry that was read last. Valid until the next one is. */
export function lastEntry(): MapEntry {
  return changetype<MapEntry>(<usize>buffer);
}

/** Physical page of a logical one; 0 for a page of zeros, {@link DAMAGED_PAGE} where the map makes no sense. */
export function findPage(slot: Store, image: Image, logical: LogicalPage): PhysicalPage {
  return childOf(slot, segmentTable(slot, image, logical >> FANOUT_SHIFT), logical & (FANOUT - 1));
}

/** Page of a segment's table, 0 where there is none. */
export function segmentTable(slot: Store, image: Image, segment: u32): PhysicalPage {
  const known = knownTable(image, segment);
  if (known !== 0) return known;
  const directory = childOf(slot, image.rootTable, segment >> FANOUT_SHIFT);
  const table = childOf(slot, directory, segment & (FANOUT - 1));
  if (table !== 0 && table !== DAMAGED_PAGE) rememberTable(image, segment, table);
  return table;
}

/** What an image, known by its root table, has at a place: its index-th page of a level. 0 where it has nothing. */
export function pageAt(slot: Store, root: PhysicalPage, level: Level, index: u32): PhysicalPage {
  if (level === Level.Root) return root;
  return childOf(slot, pageAt(slot, root, level + 1, index >> FANOUT_SHIFT), index & (FANOUT - 1));
}

/** What a table's entry points to. The entry itself is {@link lastEntry} afterwards if the table exists. */
export function childOf(slot: Store, table: PhysicalPage, index: u32): PhysicalPage {
  if (table === 0) return 0;
  if (table === DAMAGED_PAGE) return DAMAGED_PAGE;
  readFromPage(slot.id, table, index * ENTRY_SIZE, buffer, ENTRY_SIZE);
  const page = lastEntry().page;
  return page < slot.superblock.highWater ? page : DAMAGED_PAGE;
}

/** Makes a table's entry point elsewhere and leaves the rest of it. */
export function redirectChild(slot: Store, table: PhysicalPage, index: u32, page: PhysicalPage): void {
  store<u32>(buffer, page);
  const place = index * ENTRY_SIZE + <u32>offsetof<MapEntry>('page');
  writeToPage(slot.id, table, place, buffer, sizeof<PhysicalPage>());
}

/** Writes a table's entry that keeps no checksum. */
export function writeChild(
  slot: Store,
  table: PhysicalPage,
  index: u32,
  page: PhysicalPage,
  birth: u64,
): void {
  writeDataChild(slot, table, index, page, 0, birth);
}

/** Writes a table's entry with the checksum of what it points to. */
export function writeDataChild(
  slot: Store,
  table: PhysicalPage,
  index: u32,
  page: PhysicalPage,
  checksum: u32,
  birth: u64,
): void {
  const entry = lastEntry();
  entry.page = page;
  entry.checksum = checksum;
  entry.birth = birth;
  writeToPage(slot.id, table, index * ENTRY_SIZE, buffer, ENTRY_SIZE);
}
