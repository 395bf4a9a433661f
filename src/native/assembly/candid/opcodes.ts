// Candid's type opcodes (https://github.com/dfinity/candid/blob/master/spec/Candid.md, "Binary Format").

/** A primitive's opcode (negative), or the index of an entry in the message's type table. */
export type CandidType = i32;

export const TYPE_NULL: CandidType = -1;
export const TYPE_BOOL: CandidType = -2;
export const TYPE_NAT: CandidType = -3;
export const TYPE_INT: CandidType = -4;
export const TYPE_NAT8: CandidType = -5;
export const TYPE_NAT16: CandidType = -6;
export const TYPE_NAT32: CandidType = -7;
export const TYPE_NAT64: CandidType = -8;
export const TYPE_INT8: CandidType = -9;
export const TYPE_INT16: CandidType = -10;
export const TYPE_INT32: CandidType = -11;
export const TYPE_INT64: CandidType = -12;
export const TYPE_FLOAT32: CandidType = -13;
export const TYPE_FLOAT64: CandidType = -14;
export const TYPE_TEXT: CandidType = -15;
export const TYPE_RESERVED: CandidType = -16;
export const TYPE_EMPTY: CandidType = -17;
export const TYPE_OPT: CandidType = -18;
export const TYPE_VEC: CandidType = -19;
export const TYPE_RECORD: CandidType = -20;
export const TYPE_VARIANT: CandidType = -21;
export const TYPE_FUNC: CandidType = -22;
export const TYPE_SERVICE: CandidType = -23;
export const TYPE_PRINCIPAL: CandidType = -24;
/** Any type that a later version of Candid may add. */
export const TYPE_FUTURE: CandidType = -25;

/** "DIDL". */
export const MAGIC: u32 = 0x4c444944;

/** Bytes of a value of a primitive type of fixed size; 0 for null and reserved; -1 for a type without fixed size. */
export function fixedSize(type: CandidType): i32 {
  switch (type) {
    case -1:
    case -16:
      return 0;
    case -2:
    case -5:
    case -9:
      return 1;
    case -6:
    case -10:
      return 2;
    case -7:
    case -11:
    case -13:
      return 4;
    case -8:
    case -12:
    case -14:
      return 8;
    default:
      return -1;
  }
}
