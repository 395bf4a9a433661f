import { CanisterError } from './error';
import { native } from './native';
import { authorisedArchive, running } from './service';

/** (archive, transaction id, offset, length): a chunk of the SQLite image. */
export function exportChunk(): void {
  const [id, transactionId, offset, length] = native().receive('text', 'nat64', 'nat64', 'nat32') as [
    string,
    number,
    number,
    number,
  ];
  const { slot } = authorisedArchive('db_export_chunk', id);
  const current = native().describeSlot(slot)?.transactionId ?? 0;
  if (current !== transactionId) {
    throw new CanisterError(
      'EXPORT_STALE',
      `the archive is at transaction ${current}, not ${transactionId}: describe it again and export from the start`,
    );
  }
  native().replyImageChunk(slot, offset, length);
}

/** (archive, total size): opens the staging area beside the live image. */
export function beginImport(): void {
  const [id, totalSize] = native().receive('text', 'nat64') as [string, number];
  native().beginImport(authorisedArchive('db_begin_import', id).slot, totalSize);
  native().replyNull();
}

/** (archive, offset, bytes): the next chunk. */
export function appendImport(): void {
  const [id, offset, chunk] = native().receive('text', 'nat64', 'blob') as [
    string,
    number,
    { offset: number; length: number },
  ];
  native().appendImport(authorisedArchive('db_import_chunk', id).slot, offset, chunk);
  native().replyNull();
}

/** (archive): verifies the staged image and makes it the live one. */
export function finishImport(): void {
  const [id] = native().receive('text') as [string];
  const { slot } = authorisedArchive('db_finish_import', id);
  running().handles.close(slot);
  native().finishImport(slot);
  native().replyNull();
}

/** (archive): gives the staging area back. */
export function cancelImport(): void {
  const [id] = native().receive('text') as [string];
  native().cancelImport(authorisedArchive('db_cancel_import', id).slot);
  native().replyNull();
}
