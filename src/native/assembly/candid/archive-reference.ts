// Which archive a message is about, going by its head alone: for whoever decides before the rest is copied or read.

import { HostPointer } from '../externals/addresses';
import { beginFields, FieldWalk, nextField } from './fields';
import { hasArgument, nextArgument } from './message';
import { CandidType, TYPE_RECORD, TYPE_TEXT } from './opcodes';
import { fail, failAt, failed, offset, readUnsigned, take } from './reader';
import { skipValue } from './skip';
import { kindOf } from './type-table';
import { validPrefix } from './utf8';

/** Id of a record's field `archive`. */
const ARCHIVE_FIELD: u32 = 2617955266;
/** An archive's id and its generation are shorter by far. */
const LONGEST: u64 = 1024;

const walk = changetype<FieldWalk>(memory.data(offsetof<FieldWalk>(), 4));
let length: u32 = 0;

/**
 * The first argument if it is a text, or its field `archive` if it is a record: the text lies in native memory until the next
 * message is received. 0, and reading has failed, where the head of the message holds neither. The reader stands behind it.
 */
export function readArchiveReference(): HostPointer {
  length = 0;
  if (failed()) return 0;
  if (!hasArgument()) {
    fail('an argument is missing');
    return 0;
  }
  const type = nextArgument();
  if (kindOf(type) !== TYPE_RECORD) return takeReference(type);
  beginFields(walk, type);
  while (nextField(walk)) {
    if (walk.id === ARCHIVE_FIELD) return takeReference(walk.type);
    skipValue(walk.type);
  }
  fail('the archive is missing');
  return 0;
}

export function archiveReferenceLength(): u32 {
  return length;
}

function takeReference(type: CandidType): HostPointer {
  if (!failed() && kindOf(type) !== TYPE_TEXT) fail('a text was expected');
  const at = offset();
  const size = readUnsigned();
  if (size > LONGEST) failAt('no archive has a name that long', at);
  const text = take(size);
  if (failed()) return 0;
  if (validPrefix(text, <u32>size) !== <u32>size) {
    failAt('a text is not UTF-8', at);
    return 0;
  }
  length = <u32>size;
  return text;
}
