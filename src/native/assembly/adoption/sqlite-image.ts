import { HostPointer } from '../externals/addresses';
import { memorySize } from '../memory/header';
import { WASM_PAGE_SIZE } from '../memory/layout';
import {
  DATABASE_HEADER_LENGTH,
  databasePages,
  FORMAT_ROLLBACK_JOURNAL,
  FORMAT_WAL,
  formatVersion,
  hasSqliteMagic,
  sqlitePageSize,
} from '../pages/database-header';
import { MAX_IMAGE_SIZE } from '../pages/layout';
import { pageBuffer } from '../pages/page-buffers';
import { Fault, SlotContent } from './content';
import { beginForeignReads, readForeignPage } from './foreign-pages';

/** Says what is wrong with the image whose place and size the superblock gave. */
export function examineDatabase(content: SlotContent): Fault {
  if (content.imageSize === 0) return Fault.None;
  if (content.imageSize < DATABASE_HEADER_LENGTH) return Fault.NotSqlite;
  beginForeignReads();
  if (!readForeignPage(content, 0, pageBuffer)) return Fault.OutOfMemory;
  if (!hasSqliteMagic(pageBuffer)) return Fault.NotSqlite;
  const fault = examineHeader(content, pageBuffer);
  if (fault !== Fault.None) return fault;
  return statedSize(content, pageBuffer) > content.imageSize ? Fault.Truncated : Fault.None;
}

/** The same for a file that fills its virtual memory, whose true end only its header knows. */
export function examineMountedFile(content: SlotContent, header: HostPointer): Fault {
  const fault = examineHeader(content, header);
  if (fault !== Fault.None) return fault;
  const mounted = memorySize(content.id) * WASM_PAGE_SIZE;
  const stated = statedSize(content, header);
  // SQLite counts the pages itself where the header does not say, and so would its next writer have done.
  content.imageSize = stated === 0 ? (mounted / content.pageSize) * content.pageSize : stated;
  if (content.imageSize > mounted) return Fault.Truncated;
  return content.imageSize > MAX_IMAGE_SIZE ? Fault.TooLarge : Fault.None;
}

function examineHeader(content: SlotContent, header: HostPointer): Fault {
  content.pageSize = sqlitePageSize(header);
  if (content.pageSize === 0) return Fault.PageSize;
  const format = formatVersion(header);
  if (format === FORMAT_WAL) return Fault.Wal;
  return format === FORMAT_ROLLBACK_JOURNAL ? Fault.None : Fault.Format;
}

function statedSize(content: SlotContent, header: HostPointer): u64 {
  return <u64>databasePages(header) * content.pageSize;
}
