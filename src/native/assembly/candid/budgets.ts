// `opt record { instructions; rows; result_bytes; sql_bytes; parameters; dirty_pages : opt nat64 }`: what one call may take.

import { HostPointer } from '../externals/addresses';
import { beginFields, FieldWalk, nextField } from './fields';
import { CandidType, TYPE_NAT64, TYPE_OPT, TYPE_RECORD } from './opcodes';
import { failed, readNat64 } from './reader';
import { readPresence, skipValue } from './skip';
import { elementType, kindOf } from './type-table';

/** What a budget limits. */
export enum BudgetKind {
  Instructions = 0,
  Rows = 1,
  ResultBytes = 2,
  SqlBytes = 3,
  Parameters = 4,
  DirtyPages = 5,
  Count = 6,
}

/** A budget that was not given. */
export const UNLIMITED: u64 = u64.MAX_VALUE;

// Field ids: hashes of the names.
const FIELD_SQL_BYTES: u32 = 1178858554;
const FIELD_ROWS: u32 = 1269757209;
const FIELD_PARAMETERS: u32 = 1367260842;
const FIELD_INSTRUCTIONS: u32 = 1832883877;
const FIELD_DIRTY_PAGES: u32 = 1889737751;
const FIELD_RESULT_BYTES: u32 = 2605268041;

const WORD: u32 = 8;
const walk = changetype<FieldWalk>(memory.data(offsetof<FieldWalk>(), 8));
const asked: HostPointer = <u32>memory.data(48, 8);

/** What the call asked for. */
export function askedBudget(kind: BudgetKind): u64 {
  return load<u64>(asked + <u32>kind * WORD);
}

export function clearBudgets(): void {
  for (let kind: u32 = 0; kind < <u32>BudgetKind.Count; kind++) store<u64>(asked + kind * WORD, UNLIMITED);
}

/** Reads the argument; one of another type is none, as Candid has it for optional arguments. */
export function readBudgets(type: CandidType): void {
  if (failed()) return;
  if (kindOf(type) !== TYPE_OPT || kindOf(elementType(type)) !== TYPE_RECORD) {
    skipValue(type);
    return;
  }
  if (readPresence()) readFields(elementType(type));
}

function readFields(type: CandidType): void {
  beginFields(walk, type);
  while (nextField(walk)) {
    const kind = kindOfField(walk.id);
    if (kind === BudgetKind.Count) skipValue(walk.type);
    else store<u64>(asked + <u32>kind * WORD, readOptionalNat64(walk.type));
  }
}

function kindOfField(id: u32): BudgetKind {
  switch (id) {
    case FIELD_INSTRUCTIONS:
      return BudgetKind.Instructions;
    case FIELD_ROWS:
      return BudgetKind.Rows;
    case FIELD_RESULT_BYTES:
      return BudgetKind.ResultBytes;
    case FIELD_SQL_BYTES:
      return BudgetKind.SqlBytes;
    case FIELD_PARAMETERS:
      return BudgetKind.Parameters;
    case FIELD_DIRTY_PAGES:
      return BudgetKind.DirtyPages;
    default:
      return BudgetKind.Count;
  }
}

function readOptionalNat64(type: CandidType): u64 {
  if (failed() || kindOf(type) !== TYPE_OPT || kindOf(elementType(type)) !== TYPE_NAT64) {
    skipValue(type);
    return UNLIMITED;
  }
  return readPresence() ? readNat64() : UNLIMITED;
}
