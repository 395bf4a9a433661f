// Replies of `variant { ok : blob }` whose bytes come straight from a slot.

import { replyLimit } from '../candid/reply-limit';
import { BLOB_HEAD_LENGTH, blobHead } from '../candid/reply-types';
import {
  beginReply,
  claim,
  sendReply,
  trimReply,
  writeByte,
  writeBytes,
  writeUnsigned,
} from '../candid/writer';
import { HostPointer } from '../externals/addresses';
import { JSContext } from '../externals/quickjs';
import { StoreStatus } from '../pages/status';
import { throwCodedMessage } from '../quickjs/errors';
import { beginMessage, putInteger, putLiteral } from '../quickjs/message';

/** Head, case and the longest length of a blob's reply. */
export const LARGEST_BLOB_OVERHEAD: u32 = BLOB_HEAD_LENGTH + 1 + 5;

/** Whether one reply can hold a chunk; false when it threw. */
export function fitsReply(context: JSContext, length: i64): bool {
  const most = replyLimit() - LARGEST_BLOB_OVERHEAD;
  if (length <= <i64>most) return true;
  beginMessage();
  putLiteral('a reply holds at most ');
  putInteger(most);
  putLiteral(' bytes: read less at once');
  throwCodedMessage(context, 'RESULT_TOO_LARGE');
  return false;
}

/** Begins the reply and gives the place for its bytes; 0 where the heap has no room. {@link endBlobReply} must follow. */
export function beginBlobReply(length: u32): HostPointer {
  beginReply(replyLimit());
  writeBytes(blobHead, BLOB_HEAD_LENGTH);
  writeByte(0);
  writeUnsigned(length);
  return claim(length);
}

/** Sends the reply if the bytes could be read, and forgets it otherwise. */
export function endBlobReply(status: StoreStatus): void {
  if (status === StoreStatus.Ok) sendReply();
  else trimReply();
}
