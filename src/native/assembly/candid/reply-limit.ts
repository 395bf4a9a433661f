// What the IC lets a reply have.

import { in_replicated_execution } from '../externals/ic0';

const UPDATE_REPLY_LIMIT: u32 = 2097152;
/** Of a query that one node answers alone. */
const QUERY_REPLY_LIMIT: u32 = 3145728;

/** Bytes that the reply of this message may have. */
export function replyLimit(): u32 {
  return in_replicated_execution() !== 0 ? UPDATE_REPLY_LIMIT : QUERY_REPLY_LIMIT;
}
