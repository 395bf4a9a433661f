// Chunks of images, in and out. What is refused is left to TypeScript, whose errors name the archive: nothing was changed.

import { beginBlobReply, endBlobReply, LARGEST_BLOB_OVERHEAD } from '../binding/blob-reply';
import { HEX_DIGITS, parsedHex, parseHex } from '../binding/hexadecimal';
import { expectType, readBlob, readLength, readOptionalText, readStart } from '../candid/arguments';
import { finishArguments, nextArgument } from '../candid/message';
import { TYPE_NAT32, TYPE_NAT64 } from '../candid/opcodes';
import { failed, readNat32, readNat64 } from '../candid/reader';
import { replyLimit } from '../candid/reply-limit';
import { NULL_HEAD_LENGTH, nullHead } from '../candid/reply-types';
import { beginReply, sendReply, writeByte, writeBytes } from '../candid/writer';
import { chargeMemoryTo } from '../heap/heaps';
import { MemoryId } from '../memory/layout';
import { positionOf, recordAt } from '../pages/image-directory';
import { isReceiving } from '../pages/import';
import { writeImport } from '../pages/import-receive';
import { examinePin } from '../pages/pin';
import { readPinned } from '../pages/pin-read';
import { StoreStatus } from '../pages/status';
import { Store } from '../pages/store';
import { openStore, storeAt } from '../pages/stores';
import { xxh64 } from '../pages/xxh64';

/** The slot's page store, opened if need be; null when that is refused. */
function openSlot(id: MemoryId): Store | null {
  chargeMemoryTo(id);
  return openStore(id) === StoreStatus.Ok ? storeAt(id) : null;
}

function readNat64Argument(): u64 {
  expectType(nextArgument(), TYPE_NAT64, 'a nat64 was expected');
  return readNat64();
}

/** `(archive, token, offset, length)`: replies with bytes of a pinned image. False when it did not. */
export function answerExportChunk(id: MemoryId): bool {
  const token = readNat64Argument();
  const offset = readNat64Argument();
  expectType(nextArgument(), TYPE_NAT32, 'a nat32 was expected');
  const wanted = readNat32();
  finishArguments();
  if (failed()) return false;
  const slot = openSlot(id);
  if (slot === null || examinePin(slot, token) !== StoreStatus.Ok) return false;
  const size = recordAt(slot, positionOf(slot, token)).logicalSize;
  if (offset > size) return false;
  const length = min<u64>(wanted, size - offset);
  if (length > <u64>(replyLimit() - LARGEST_BLOB_OVERHEAD)) return false;
  const bytes = beginBlobReply(<u32>length);
  const status = bytes === 0 ? StoreStatus.Full : readPinned(slot, token, offset, bytes, <u32>length);
  endBlobReply(status);
  return status === StoreStatus.Ok;
}

/** `(archive, session, offset, bytes, opt checksum)`: takes bytes of a staged image. False when it did not. */
export function answerImportChunk(id: MemoryId): bool {
  const session = readNat64Argument();
  const offset = readNat64Argument();
  readBlob(nextArgument());
  const bytes = readStart();
  const length = readLength();
  const isChecked = readOptionalText();
  finishArguments();
  if (failed()) return false;
  if (isChecked && !hasChecksum(bytes, length)) return false;
  const slot = openSlot(id);
  if (slot === null || !isReceiving(slot, session)) return false;
  if (writeImport(slot, session, offset, bytes, length) !== StoreStatus.Ok) return false;
  beginReply(replyLimit());
  writeBytes(nullHead, NULL_HEAD_LENGTH);
  writeByte(0);
  sendReply();
  return true;
}

/** Whether the text that was read last is the bytes' checksum. */
function hasChecksum(bytes: u32, length: u32): bool {
  return readLength() === HEX_DIGITS && parseHex(readStart()) && xxh64(bytes, length, 0) === parsedHex();
}
