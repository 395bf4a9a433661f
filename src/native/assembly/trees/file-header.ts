import { HostPointer } from '../externals/addresses';
import { DATABASE_HEADER_LENGTH, sqlitePageSize } from '../pages/database-header';
import { readBytes } from '../pages/image-read';
import { Store } from '../pages/store';
import { fault } from './fault';
import { word } from './numbers';
import { claimReserved } from './pointer-map';
import { TreeWalk } from './tree-walk';

// What the file's header says about its pages.

const RESERVED_BYTES: u32 = 20;
const FREE_TRUNK: u32 = 32;
const FREE_COUNT: u32 = 36;
/** 0 where the database has no pointer map. */
const LARGEST_ROOT: u32 = 52;
const INCREMENTAL_VACUUM: u32 = 64;
const LEAST_USABLE: u32 = 480;

const header: HostPointer = <u32>memory.data(DATABASE_HEADER_LENGTH, 8);

/** Reads the header of the staged image. False where it cannot be read. */
export function readFileHeader(slot: Store): bool {
  return readBytes(slot, slot.staging, 0, header, DATABASE_HEADER_LENGTH);
}

/** Page size of the header that was read. */
export function statedPageSize(): u32 {
  return sqlitePageSize(header);
}

/** Takes over what the header that was read says, and the pages that the file format itself uses. */
export function takeFileHeader(walk: TreeWalk): bool {
  walk.usable = walk.pageSize - load<u8>(header + RESERVED_BYTES);
  walk.freeTrunk = word(header + FREE_TRUNK);
  walk.freeLeft = word(header + FREE_COUNT);
  walk.statedRoot = word(header + LARGEST_ROOT);
  walk.hasPointerMap = walk.statedRoot === 0 ? 0 : 1;
  if (walk.usable < LEAST_USABLE) return fault(1, ' leaves too little of each page to SQLite');
  if (walk.hasPointerMap === 0 && word(header + INCREMENTAL_VACUUM) !== 0) {
    return fault(1, ' asks for an incremental vacuum without a pointer map');
  }
  return claimReserved(walk);
}
