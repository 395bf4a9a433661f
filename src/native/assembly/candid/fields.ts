// Walks the fields of a record value: its types stand in the type table, its values in the message.

import { CandidType } from './opcodes';
import { failed, offset, readSigned, readUnsigned, seek } from './reader';
import { openEntry, readType } from './type-table';

/** A walk under way, wherever its owner keeps it. */
@unmanaged
export class FieldWalk {
  left: u64;
  /** Offset of the next field in the type table. */
  entry: u32;
  /** Id of the current field: the hash of its name. */
  id: u32;
  /** The reader stands at its value. */
  type: CandidType;
}

/** Starts with a record's first field. The reader stands at its value. */
export function beginFields(walk: FieldWalk, record: CandidType): void {
  const value = offset();
  openEntry(record);
  readSigned();
  walk.left = readUnsigned();
  walk.entry = offset();
  seek(value);
}

/** Goes to the next field; false behind the last one. The caller reads or skips each value. */
export function nextField(walk: FieldWalk): bool {
  if (walk.left === 0 || failed()) return false;
  walk.left--;
  const value = offset();
  seek(walk.entry);
  walk.id = <u32>readUnsigned();
  walk.type = readType();
  walk.entry = offset();
  seek(value);
  return !failed();
}
