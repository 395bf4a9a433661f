// What is found in a slot, and what an adoption is refused for, in words.

import { ContentKind, Fault, hasFreshChecksum, SlotContent } from '../adoption/content';
import { AdoptionStatus } from '../adoption/status';
import { WORKSPACE } from '../adoption/workspace';
import { JSContext, JSValue } from '../externals/quickjs';
import { throwCodedMessage } from '../quickjs/errors';
import { beginMessage, putInteger, putLiteral } from '../quickjs/message';

export function kindName(kind: ContentKind): string {
  switch (kind) {
    case ContentKind.Empty:
      return 'empty';
    case ContentKind.Tabularium:
      return 'tabularium';
    case ContentKind.IcSqliteVfs:
      return 'ic-sqlite-vfs';
    case ContentKind.SqliteImage:
      return 'sqlite';
    default:
      return 'unknown';
  }
}

export function checksumName(content: SlotContent): string {
  if (content.imageChecksum === 0) return 'none';
  return hasFreshChecksum(content) ? 'fresh' : 'stale';
}

/** Empty where nothing is wrong. */
export function faultMessage(fault: Fault): string {
  switch (fault) {
    case Fault.None:
      return '';
    case Fault.Version:
      return 'a layout version that this version of Tabularium knows by name only';
    case Fault.SuperblockChecksum:
      return 'damaged: the checksum of its superblock does not hold';
    case Fault.SuperblockFields:
      return 'damaged: the fields of its superblock contradict each other';
    case Fault.OutOfMemory:
      return 'damaged: its image reaches past the end of the memory';
    case Fault.NotSqlite:
      return 'damaged: its image is not a SQLite database';
    case Fault.PageSize:
      return 'damaged: its image has a page size that SQLite does not know';
    case Fault.Truncated:
      return 'damaged: its image is shorter than its header says';
    case Fault.Wal:
      return 'its image is in WAL mode, and the log is not part of it';
    case Fault.Format:
      return 'its image has a file format of a later SQLite';
    case Fault.TooLarge:
      return 'its image is larger than the 64 GiB that an archive can hold';
    default:
      return 'bytes that no layout known here explains';
  }
}

/** Throws the error of a refusal that concerns a slot with this content. */
export function throwAdoptionStatus(
  context: JSContext,
  content: SlotContent,
  status: AdoptionStatus,
): JSValue {
  beginMessage();
  putLiteral('Slot ');
  putInteger(content.id);
  putLiteral(': ');
  if (status === AdoptionStatus.NotAdoptable) putRefusal(content);
  else putLiteral(statusMessage(status));
  if (status === AdoptionStatus.WorkspaceTaken) putInteger(WORKSPACE);
  return throwCodedMessage(context, statusCode(status));
}

function putRefusal(content: SlotContent): void {
  putLiteral('nothing can be adopted; it holds ');
  if (content.fault !== Fault.None) putLiteral(faultMessage(content.fault));
  else putLiteral(content.kind === ContentKind.Empty ? 'nothing' : 'an archive already');
  putLiteral('. It is untouched');
}

function statusCode(status: AdoptionStatus): string {
  switch (status) {
    case AdoptionStatus.NotAdoptable:
      return 'ADOPTION_REFUSED';
    case AdoptionStatus.UnderWay:
      return 'ADOPTION_BUSY';
    case AdoptionStatus.None:
      return 'ADOPTION_NONE';
    case AdoptionStatus.WorkspaceTaken:
      return 'ADOPTION_WORKSPACE';
    case AdoptionStatus.SourceChanged:
      return 'ADOPTION_CHANGED';
    case AdoptionStatus.SourceDamaged:
      return 'ADOPTION_DAMAGED';
    case AdoptionStatus.ChecksumMismatch:
      return 'ADOPTION_CHECKSUM';
    default:
      return 'STABLE_MEMORY_FULL';
  }
}

function statusMessage(status: AdoptionStatus): string {
  switch (status) {
    case AdoptionStatus.UnderWay:
      return 'an adoption is under way; finish or cancel it';
    case AdoptionStatus.None:
      return 'no adoption is under way; begin one';
    case AdoptionStatus.SourceChanged:
      return 'it was written to since the adoption began; cancel and begin again';
    case AdoptionStatus.SourceDamaged:
      return 'its page table leads out of the memory; the image is damaged and cannot be adopted. Cancel';
    case AdoptionStatus.ChecksumMismatch:
      return 'its image does not have the checksum that its superblock states, and is not adopted. Cancel';
    case AdoptionStatus.WorkspaceTaken:
      return 'an archive is built in a memory that holds something else: MemoryId ';
    default:
      return 'stable memory has no room left; nothing was changed';
  }
}
