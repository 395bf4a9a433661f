import { trap } from '../engine/trap';
import {
  openArgument,
  position,
  readByte,
  readNat16,
  readNat32,
  readSigned,
  readUnsigned,
  seek,
} from './argument-reader';
import {
  CandidType,
  kindOf,
  openTypeTable,
  skipValue,
  TYPE_NAT16,
  TYPE_NULL,
  TYPE_OPT,
  TYPE_RECORD,
  TYPE_RESERVED,
  typeAt,
} from './argument-types';
import { DEFAULT_BUCKET_SIZE_IN_PAGES } from './layout';

/** "DIDL" */
const CANDID_MAGIC: u32 = 0x4c444944;
const LABEL_HASH_BASE: u32 = 223;

/**
 * Bucket size that the install argument `(opt record { bucket_size_in_pages : opt nat16 })` asks for, or the default.
 * An argument of another shape is the application's own and asks for nothing. Since the size can never be changed
 * later, a field of that name with another type traps, where Candid's subtyping would quietly read it as null.
 */
export function requestedBucketSize(): u32 {
  if (openArgument() === 0) return DEFAULT_BUCKET_SIZE_IN_PAGES;
  if (readNat32() !== CANDID_MAGIC) trap('Tabularium: the install argument is not Candid');
  openTypeTable();
  const argumentCount = readUnsigned();
  if (argumentCount === 0) return DEFAULT_BUCKET_SIZE_IN_PAGES;
  const type = readSigned();
  for (let n: u64 = 1; n < argumentCount; n++) readSigned();
  return sizeFromArgument(type);
}

function sizeFromArgument(type: CandidType): u32 {
  const value = position();
  const kind = kindOf(type);
  const definition = position();
  seek(value);
  if (kind === TYPE_RECORD) return sizeFromRecord(definition);
  if (kind !== TYPE_OPT || readByte() === 0) return DEFAULT_BUCKET_SIZE_IN_PAGES;
  const record = position();
  const inner = kindOf(typeAt(definition));
  const fields = position();
  seek(record);
  return inner === TYPE_RECORD ? sizeFromRecord(fields) : DEFAULT_BUCKET_SIZE_IN_PAGES;
}

/** The cursor is at the record's value; its definition's body lies at `fields`. */
function sizeFromRecord(fields: u32): u32 {
  let value = position();
  seek(fields);
  for (let n = readUnsigned(); n > 0; n--) {
    const label = readUnsigned();
    const type = readSigned();
    const next = position();
    seek(value);
    if (label === labelHash('bucket_size_in_pages')) return sizeFromField(type);
    skipValue(type);
    value = position();
    seek(next);
  }
  return DEFAULT_BUCKET_SIZE_IN_PAGES;
}

function sizeFromField(type: CandidType): u32 {
  const value = position();
  const kind = kindOf(type);
  const definition = position();
  seek(value);
  if (kind === TYPE_NULL || kind === TYPE_RESERVED) return DEFAULT_BUCKET_SIZE_IN_PAGES;
  if (kind === TYPE_OPT) {
    return readByte() === 0 ? DEFAULT_BUCKET_SIZE_IN_PAGES : sizeFromField(typeAt(definition));
  }
  if (kind !== TYPE_NAT16) trap('Tabularium: bucket_size_in_pages in the install argument must be a nat16');
  const size = readNat16();
  if (size === 0) trap('Tabularium: bucket_size_in_pages in the install argument must be 1 to 65535');
  return size;
}

/** Candid's hash of a field name. */
function labelHash(label: string): u32 {
  let hash: u32 = 0;
  for (let i = 0; i < label.length; i++) {
    hash = hash * LABEL_HASH_BASE + load<u16>(changetype<usize>(label) + (i << 1));
  }
  return hash;
}
