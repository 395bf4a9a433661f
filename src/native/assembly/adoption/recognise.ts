import { HostPointer } from '../externals/addresses';
import { memorySize } from '../memory/header';
import { MemoryId } from '../memory/layout';
import { scratch } from '../memory/scratch';
import { readMemory } from '../memory/virtual-memory';
import { hasSqliteMagic } from '../pages/database-header';
import { capacityInPages } from '../pages/page-access';
import { isIntact, STORE_LAYOUT_VERSION, SUPERBLOCK_MAGIC, Superblock } from '../pages/superblock';
import { xxh64 } from '../pages/xxh64';
import { ContentKind, Fault, SlotContent } from './content';
import { FOREIGN_MAGIC, FOREIGN_SUPERBLOCK_LENGTH } from './foreign-layout';
import { examineForeignSuperblock } from './foreign-superblock';
import { examineDatabase, examineMountedFile } from './sqlite-image';

const found: usize = memory.data(offsetof<SlotContent>(), 8);

/**
 * Says what a slot's virtual memory holds. Nothing is written, whatever it is. The answer is valid until the next one is
 * asked for.
 */
export function recognise(id: MemoryId): SlotContent {
  memory.fill(found, 0, offsetof<SlotContent>());
  const content = changetype<SlotContent>(found);
  content.id = id;
  if (memorySize(id) === 0) return content;
  readMemory(id, 0, scratch, FOREIGN_SUPERBLOCK_LENGTH);
  content.fingerprint = xxh64(scratch, FOREIGN_SUPERBLOCK_LENGTH, 0);
  examine(content, scratch);
  return content;
}

function examine(content: SlotContent, head: HostPointer): void {
  const magic = load<u64>(head);
  if (magic === SUPERBLOCK_MAGIC) {
    content.kind = ContentKind.Tabularium;
    examineArchive(content, changetype<Superblock>(<usize>head));
  } else if (magic === FOREIGN_MAGIC) {
    content.kind = ContentKind.IcSqliteVfs;
    content.fault = examineForeignSuperblock(content, head);
    if (content.fault === Fault.None) content.fault = examineDatabase(content);
  } else if (hasSqliteMagic(head)) {
    content.kind = ContentKind.SqliteImage;
    content.fault = examineMountedFile(content, head);
  } else {
    content.kind = ContentKind.Unknown;
    content.fault = Fault.Unrecognised;
  }
}

function examineArchive(content: SlotContent, superblock: Superblock): void {
  content.version = superblock.layoutVersion;
  if (superblock.layoutVersion !== STORE_LAYOUT_VERSION) {
    content.fault = Fault.Version;
  } else if (!isIntact(superblock)) {
    content.fault = Fault.SuperblockChecksum;
  } else if (superblock.highWater > capacityInPages(content.id)) {
    content.fault = Fault.OutOfMemory;
  } else {
    content.imageSize = superblock.logicalSize;
    content.pageSize = superblock.sqlitePageSize;
    content.transactionId = superblock.transactionId;
  }
}
