import { HostPointer } from '../externals/addresses';
import { MAX_IMAGE_SIZE } from '../pages/layout';
import { Fault, SlotContent } from './content';
import { fnvOfRecord } from './fnv';
import {
  EXTENT_LENGTH,
  FLAG_CHECKSUM_STALE,
  FLAG_IMPORTING,
  FOREIGN_PAGE_SIZE,
  ForeignSuperblock,
  LENGTH_1,
  LENGTH_2,
  LENGTH_IN_PLACE,
  LENGTH_SEGMENTED,
  MAX_EXTENTS,
  OFFSET_SIZE,
  SEGMENT_SHIFT,
  VERSION_1,
  VERSION_2,
  VERSION_IN_PLACE,
  VERSION_SEGMENTED,
  ZeroExtent,
} from './foreign-layout';
import { isData } from './foreign-pages';

/** Takes over the facts of an ic-sqlite-vfs superblock of any version, and says what is wrong with it. */
export function examineForeignSuperblock(content: SlotContent, head: HostPointer): Fault {
  const superblock = changetype<ForeignSuperblock>(<usize>head);
  content.version = superblock.version;
  if (superblock.version === VERSION_SEGMENTED) return examineSegmented(content, superblock, head);
  if (superblock.version === VERSION_IN_PLACE) return examineInPlace(content, superblock, head);
  if (superblock.version === VERSION_1) return examineOld(head, LENGTH_1);
  if (superblock.version === VERSION_2) return examineOld(head, LENGTH_2);
  return Fault.Version;
}

/** Versions that no released crate wrote are told apart from damage, and left alone. */
function examineOld(head: HostPointer, length: u32): Fault {
  return endsWithChecksum(head, length) ? Fault.Version : Fault.SuperblockChecksum;
}

function examineSegmented(content: SlotContent, superblock: ForeignSuperblock, head: HostPointer): Fault {
  if (!endsWithChecksum(head, LENGTH_SEGMENTED)) return Fault.SuperblockChecksum;
  const fault = takeCommonFields(content, superblock);
  if (fault !== Fault.None || content.imageSize === 0) return fault;
  const pages = (content.imageSize + FOREIGN_PAGE_SIZE - 1) / FOREIGN_PAGE_SIZE;
  const segments = ((pages - 1) >> SEGMENT_SHIFT) + 1;
  if (superblock.rootTable === 0 || superblock.pageCount < segments) return Fault.SuperblockFields;
  content.rootTable = superblock.rootTable;
  return isData(content, content.rootTable, segments * OFFSET_SIZE) ? Fault.None : Fault.OutOfMemory;
}

function examineInPlace(content: SlotContent, superblock: ForeignSuperblock, head: HostPointer): Fault {
  const extents = superblock.checksumOrExtents;
  if (extents > MAX_EXTENTS) return Fault.SuperblockFields;
  const checksumField = <u32>offsetof<ForeignSuperblock>('extentsChecksum');
  const length = LENGTH_IN_PLACE + <u32>extents * EXTENT_LENGTH;
  if (superblock.extentsChecksum !== fnvOfRecord(head, length, checksumField))
    return Fault.SuperblockChecksum;
  const fault = takeCommonFields(content, superblock);
  if (fault !== Fault.None) return fault;
  const pages = (content.imageSize + FOREIGN_PAGE_SIZE - 1) / FOREIGN_PAGE_SIZE;
  if (superblock.pageCount !== pages || !areNormal(head + LENGTH_IN_PLACE, <u32>extents)) {
    return Fault.SuperblockFields;
  }
  content.imageBase = superblock.imageBase;
  content.extents = extents;
  return isData(content, content.imageBase, content.imageSize) ? Fault.None : Fault.OutOfMemory;
}

function takeCommonFields(content: SlotContent, superblock: ForeignSuperblock): Fault {
  content.transactionId = superblock.transactionId;
  content.importing = (superblock.flags & FLAG_IMPORTING) !== 0;
  content.checksumStale = (superblock.flags & FLAG_CHECKSUM_STALE) !== 0;
  content.imageChecksum = superblock.imageChecksum;
  const isConsistent =
    superblock.layoutVersion === superblock.version && <u64>superblock.pageSize === FOREIGN_PAGE_SIZE;
  if (!isConsistent) return Fault.SuperblockFields;
  content.imageSize = superblock.imageSize;
  return content.imageSize > MAX_IMAGE_SIZE ? Fault.TooLarge : Fault.None;
}

function endsWithChecksum(head: HostPointer, length: u32): bool {
  const field = length - <u32>sizeof<u64>();
  return load<u64>(head + field) === fnvOfRecord(head, length, field);
}

/** Extents must be in order, none empty and no two touching. */
function areNormal(extents: HostPointer, count: u32): bool {
  let previousEnd: u64 = 0;
  for (let n: u32 = 0; n < count; n++) {
    const extent = changetype<ZeroExtent>(<usize>(extents + n * EXTENT_LENGTH));
    if (extent.start >= extent.end || (n > 0 && extent.start <= previousEnd)) return false;
    previousEnd = extent.end;
  }
  return true;
}
