// What a refusal of an import is called, and says.

import { StoreStatus } from '../pages/status';

/** Code of the error, or an empty string for a status that is none of an import's. */
export function importStatusCode(status: StoreStatus): string {
  switch (status) {
    case StoreStatus.ImportUnderWay:
      return 'IMPORT_BUSY';
    case StoreStatus.NoImport:
      return 'IMPORT_NONE';
    case StoreStatus.ImportMisaligned:
      return 'IMPORT_MISALIGNED';
    case StoreStatus.ImportIncomplete:
      return 'IMPORT_INCOMPLETE';
    case StoreStatus.ImportSize:
      return 'IMPORT_SIZE';
    case StoreStatus.ImportNotSqlite:
      return 'IMPORT_NOT_SQLITE';
    case StoreStatus.ImportPageSize:
      return 'IMPORT_PAGE_SIZE';
    case StoreStatus.ImportTruncated:
      return 'IMPORT_TRUNCATED';
    case StoreStatus.ImportWal:
      return 'IMPORT_WAL';
    case StoreStatus.ImportFormat:
      return 'IMPORT_FORMAT';
    case StoreStatus.ImportSession:
      return 'IMPORT_SESSION';
    case StoreStatus.ImportExpired:
      return 'IMPORT_EXPIRED';
    case StoreStatus.ImportChecksum:
      return 'IMPORT_CHECKSUM';
    case StoreStatus.ImportClosed:
      return 'IMPORT_CLOSED';
    case StoreStatus.ImportHash:
      return 'IMPORT_HASH';
    case StoreStatus.ImportCorrupt:
      return 'IMPORT_CORRUPT';
    case StoreStatus.ImportBudget:
      return 'IMPORT_BUDGET';
    case StoreStatus.ImportUnverified:
      return 'IMPORT_UNVERIFIED';
    case StoreStatus.ImportMemory:
      return 'IMPORT_MEMORY';
    default:
      return '';
  }
}

export function importStatusMessage(status: StoreStatus): string {
  switch (status) {
    case StoreStatus.ImportUnderWay:
      return 'an import is under way; finish or cancel it';
    case StoreStatus.NoImport:
      return 'no import is under way; begin one';
    case StoreStatus.ImportMisaligned:
      return 'in an image of more than 56 GiB chunks must begin and end on multiples of 4096 bytes';
    case StoreStatus.ImportIncomplete:
      return 'not every byte of the announced size has arrived; ask for the missing ranges and send them';
    case StoreStatus.ImportSize:
      return 'an image must have from 1 byte to 64 GiB; announce the size of the file';
    case StoreStatus.ImportNotSqlite:
      return 'the image is not a SQLite database; send a SQLite file';
    case StoreStatus.ImportPageSize:
      return 'the image has a page size that SQLite does not know; repair the source';
    case StoreStatus.ImportTruncated:
      return 'the image is shorter than its header says; send the whole file';
    case StoreStatus.ImportWal:
      return 'the image is in WAL mode and its log was not written back; run PRAGMA journal_mode = DELETE and export again';
    case StoreStatus.ImportFormat:
      return 'the image has a file format of a later SQLite; write it with PRAGMA journal_mode = DELETE';
    case StoreStatus.ImportSession:
      return 'the import under way is another one; ask for its status';
    case StoreStatus.ImportExpired:
      return 'the import waited too long for its next call and was given up; begin again';
    case StoreStatus.ImportChecksum:
      return 'the chunk does not have the checksum that came with it; send it again';
    case StoreStatus.ImportClosed:
      return 'the image is complete and being verified; it takes no more chunks, go on verifying';
    case StoreStatus.ImportHash:
      return 'the SHA-256 of the image is not the expected one; compare the file with its source, and begin again';
    case StoreStatus.ImportCorrupt:
      return 'the image is damaged: ';
    case StoreStatus.ImportBudget:
      return 'reading the schema or checking one table needs more instructions than this call was allowed; allow more';
    case StoreStatus.ImportMemory:
      return 'checking the image needs more memory than the engine has left; close other archives, or give it up';
    default:
      return 'the image was not verified yet; verify it to the end';
  }
}
