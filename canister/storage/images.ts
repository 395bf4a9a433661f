import { nativeModule } from '../../src/database';
import { CanisterError } from '../service/error';
import { authorisedArchive, onArchive } from '../service/governed';
import { running } from '../service/service';

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

/** An import is given up when nothing is heard of it for a day. */
const IDLE_SECONDS = 86_400;
/** Instructions that one call may verify for: half of an update's. */
const VERIFY_BUDGET = 20_000_000_000;

/** (archive, total size): opens the staging area beside the live image. */
export function beginImport(): void {
  const [id, totalSize] = nativeModule().receive('text', 'nat64') as [string, number];
  onArchive('db_begin_import', id, `${totalSize} bytes`, ({ slot }) =>
    nativeModule().beginImport(slot, totalSize, IDLE_SECONDS),
  );
  nativeModule().replyNull();
}

/** (archive, offset, bytes): a chunk. */
export function appendImport(): void {
  const [id, offset, chunk] = nativeModule().receive('text', 'nat64', 'blob') as [
    string,
    number,
    { offset: number; length: number },
  ];
  const { slot } = authorisedArchive('db_import_chunk', id);
  nativeModule().writeImportChunk(slot, sessionOf(slot), offset, chunk);
  nativeModule().replyNull();
}

/** (archive): verifies the staged image and makes it the live one. */
export function finishImport(): void {
  const [id] = nativeModule().receive('text') as [string];
  onArchive('db_finish_import', id, '', ({ slot }) => {
    const session = sessionOf(slot);
    nativeModule().verifyImport(slot, session, VERIFY_BUDGET);
    running().handles.close(slot);
    nativeModule().switchImport(slot, session);
  });
  nativeModule().replyNull();
}

/** (archive): gives the staging area back. */
export function cancelImport(): void {
  const [id] = nativeModule().receive('text') as [string];
  onArchive('db_cancel_import', id, '', ({ slot }) => nativeModule().cancelImport(slot, sessionOf(slot)));
  nativeModule().replyNull();
}

/** The import under way in a slot; 0, which is no session's number, when there is none. */
function sessionOf(slot: number): number {
  return nativeModule().importStatus(slot)?.session ?? 0;
}
