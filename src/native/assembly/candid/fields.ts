// Walks the fields of a record value: its types stand in the type table, its values in the message.

import { CandidType } from './opcodes';
import { failed } from './reader';
import { partId, partsOf, partType } from './type-table';

/** A walk under way, wherever its owner keeps it. */
@unmanaged
export class FieldWalk {
  record: CandidType;
  next: u32;
  /** Id of the current field: the hash of its name. */
  id: u32;
  /** The reader stands at its value. */
  type: CandidType;
}

/** Starts with a record's first field. The reader stands at its value. */
export function beginFields(walk: FieldWalk, record: CandidType): void {
  walk.record = record;
  walk.next = 0;
}

/** Goes to the next field; false behind the last one. The caller reads or skips each value. */
export function nextField(walk: FieldWalk): bool {
  if (failed() || walk.next === partsOf(walk.record)) return false;
  walk.id = partId(walk.record, walk.next);
  walk.type = partType(walk.record, walk.next);
  walk.next++;
  return true;
}
