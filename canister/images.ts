import { nativeModule } from '../src/database';
import { CanisterError } from './error';
import { authorisedArchive, running } from './service';

/** (archive, transaction id, offset, length): a chunk of the SQLite image. */
export function exportChunk(): void {
  const [id, transactionId, offset, length] = nativeModule().receive('text', 'nat64', 'nat64', 'nat32') as [
    string,
    number,
    number,
    number,
  ];
  const { slot } = authorisedArchive('db_export_chunk', id);
  const current = nativeModule().describeSlot(slot)?.transactionId ?? 0;
  if (current !== transactionId) {
    throw new CanisterError(
      'EXPORT_STALE',
      `the archive is at transaction ${current}, not ${transactionId}: describe it again and export from the start`,
    );
  }
  nativeModule().replyImageChunk(slot, offset, length);
}

/** (archive, total size): opens the staging area beside the live image. */
export function beginImport(): void {
  const [id, totalSize] = nativeModule().receive('text', 'nat64') as [string, number];
  nativeModule().beginImport(authorisedArchive('db_begin_import', id).slot, totalSize);
  nativeModule().replyNull();
}

/** (archive, offset, bytes): the next chunk. */
export function appendImport(): void {
  const [id, offset, chunk] = nativeModule().receive('text', 'nat64', 'blob') as [
    string,
    number,
    { offset: number; length: number },
  ];
  nativeModule().appendImport(authorisedArchive('db_import_chunk', id).slot, offset, chunk);
  nativeModule().replyNull();
}

/** (archive): verifies the staged image and makes it the live one. */
export function finishImport(): void {
  const [id] = nativeModule().receive('text') as [string];
  const { slot } = authorisedArchive('db_finish_import', id);
  running().handles.close(slot);
  nativeModule().finishImport(slot);
  nativeModule().replyNull();
}

/** (archive): gives the staging area back. */
export function cancelImport(): void {
  const [id] = nativeModule().receive('text') as [string];
  nativeModule().cancelImport(authorisedArchive('db_cancel_import', id).slot);
  nativeModule().replyNull();
}
