// Which archive a message is about, going by its head alone: for whoever has to decide before the message is read.

import { HostPointer } from '../externals/addresses';
import { beginFields, FieldWalk, nextField } from './fields';
import { hasArgument, nextArgument, receiveHead } from './message';
import { CandidType, TYPE_RECORD, TYPE_TEXT } from './opcodes';
import { failed, readUnsigned, take } from './reader';
import { skipValue } from './skip';
import { kindOf } from './type-table';

/** Id of a record's field `archive`. */
const ARCHIVE_FIELD: u32 = 2617955266;
/** An archive's id and its generation are shorter. */
const LONGEST: u64 = 128;
const FIRST_BEYOND_ASCII: u32 = 0x80;

const walk = changetype<FieldWalk>(memory.data(offsetof<FieldWalk>(), 4));

let referenceLength: u32 = 0;

/**
 * The first argument if it is a text, or its field `archive` if it is a record; 0 where the head of the message holds
 * neither. The text lies in native memory until the next message is received.
 */
export function receiveArchiveReference(): HostPointer {
  referenceLength = 0;
  if (!receiveHead() || failed() || !hasArgument()) return 0;
  const type = nextArgument();
  const kind = kindOf(type);
  if (kind === TYPE_RECORD) return findField(type) ? takeReference() : 0;
  return kind === TYPE_TEXT ? takeReference() : 0;
}

export function archiveReferenceLength(): u32 {
  return referenceLength;
}

/** Moves the reader to the value of the field `archive`; false when the record has no text of that name. */
function findField(type: CandidType): bool {
  beginFields(walk, type);
  while (nextField(walk)) {
    if (walk.id === ARCHIVE_FIELD) return kindOf(walk.type) === TYPE_TEXT;
    skipValue(walk.type);
  }
  return false;
}

function takeReference(): HostPointer {
  const length = readUnsigned();
  if (failed() || length > LONGEST) return 0;
  const at = take(length);
  for (let index: u32 = 0; at !== 0 && index < <u32>length; index++) {
    if (<u32>load<u8>(at + index) >= FIRST_BEYOND_ASCII) return 0;
  }
  referenceLength = <u32>length;
  return at;
}
