// What the request under way may take: the least of what the call asks for, what the archive is allowed, and what the IC
// leaves room for.

import { askedBudget, BudgetKind, UNLIMITED } from '../candid/budgets';
import { replyLimit } from '../candid/reply-limit';
import { HostPointer } from '../externals/addresses';
import { JS_FreeValue, JS_GetPropertyStr, JSContext, JSValue } from '../externals/quickjs';
import { literal } from '../quickjs/message';
import { isDouble, TAG_INT, TAG_OBJECT, tagOf, toF64, toI32 } from '../quickjs/values';
import { writeBudgetFailure } from './failure';

// Instructions of a whole message that may write, and of one that only reads. The IC allows 40 and 5 billion, and a query may be
// sent as an update, which it grants no more then; the rest is room for what cannot be stopped half-way:
// publishing, encoding, one call of a function on the largest values.
const UPDATE_INSTRUCTIONS: u64 = 30000000000;
const QUERY_INSTRUCTIONS: u64 = 2000000000;
const DEFAULT_SQL_BYTES: u64 = 100000;
/** Longest SQL that an archive can be allowed: compiling takes some 40 times its size in memory. */
const MOST_SQL_BYTES: u64 = 1000000;
/** SQLITE_MAX_VARIABLE_NUMBER of the engine. */
const MOST_PARAMETERS: u64 = 32766;
/** 960 MiB: what spills is written twice, and the IC lets a message write 2 GiB. */
const MOST_DIRTY_PAGES: u64 = 245760;

const WORD: u32 = 8;
const limits: HostPointer = <u32>memory.data(48, 8);
/** Those of an archive, out of an object. */
const given: HostPointer = <u32>memory.data(48, 8);
/** Whether the request may write. */
let writing: bool = false;

/**
 * Starts a request's budgets.
 * @param archive the archive's own, a word each by BudgetKind; UNLIMITED for those that it leaves to the default
 * @param writes whether the request may write
 */
export function beginBudgets(archive: HostPointer, writes: bool): void {
  writing = writes;
  for (let kind: u32 = 0; kind < <u32>BudgetKind.Count; kind++) {
    const own = load<u64>(archive + kind * WORD);
    const most = ceiling(kind, writes);
    const allowed = own === UNLIMITED ? min<u64>(most, byDefault(kind)) : min<u64>(most, own);
    store<u64>(limits + kind * WORD, min<u64>(allowed, askedBudget(kind)));
  }
}

/** The same with an archive's budgets in a JavaScript object, by the names of catalog/archives/settings.ts. */
export function beginBudgetsOf(context: JSContext, archive: JSValue, writes: bool): void {
  for (let kind: u32 = 0; kind < <u32>BudgetKind.Count; kind++) {
    const own = tagOf(archive) === TAG_OBJECT ? numberProperty(context, archive, nameOf(kind)) : UNLIMITED;
    store<u64>(given + kind * WORD, own);
  }
  beginBudgets(given, writes);
}

export function budgetOf(kind: BudgetKind): u64 {
  return load<u64>(limits + <u32>kind * WORD);
}

/** False when it wrote that so much is more than the budget. */
export function isWithin(kind: BudgetKind, used: u64): bool {
  if (used <= budgetOf(kind)) return true;
  refuse(kind, used);
  return false;
}

/** Writes that the budget is exceeded. */
export function refuse(kind: BudgetKind, used: u64): void {
  writeBudgetFailure(candidName(kind), unitOf(kind), budgetOf(kind), used, remedy(kind));
}

/** What there is more of: another budget, or another method. */
function remedy(kind: BudgetKind): string {
  if (budgetOf(kind) < ceiling(kind, writing)) return ', or for a larger budget';
  return kind === BudgetKind.Instructions && !writing ? ', or call execute, which may take more' : '';
}

function ceiling(kind: BudgetKind, writes: bool): u64 {
  switch (kind) {
    case BudgetKind.Instructions:
      return writes ? UPDATE_INSTRUCTIONS : QUERY_INSTRUCTIONS;
    case BudgetKind.ResultBytes:
      return replyLimit();
    case BudgetKind.SqlBytes:
      return MOST_SQL_BYTES;
    case BudgetKind.Parameters:
      return MOST_PARAMETERS;
    case BudgetKind.DirtyPages:
      return MOST_DIRTY_PAGES;
    default:
      return u64.MAX_VALUE;
  }
}

function byDefault(kind: BudgetKind): u64 {
  return kind === BudgetKind.SqlBytes ? DEFAULT_SQL_BYTES : u64.MAX_VALUE;
}

/** As the catalog spells it: catalog/archives/settings.ts. */
function nameOf(kind: BudgetKind): string {
  switch (kind) {
    case BudgetKind.Instructions:
      return 'instructions';
    case BudgetKind.Rows:
      return 'rows';
    case BudgetKind.ResultBytes:
      return 'resultBytes';
    case BudgetKind.SqlBytes:
      return 'sqlBytes';
    case BudgetKind.Parameters:
      return 'parameters';
    default:
      return 'dirtyPages';
  }
}

function candidName(kind: BudgetKind): string {
  switch (kind) {
    case BudgetKind.ResultBytes:
      return 'result_bytes';
    case BudgetKind.SqlBytes:
      return 'sql_bytes';
    case BudgetKind.DirtyPages:
      return 'dirty_pages';
    default:
      return nameOf(kind);
  }
}

function unitOf(kind: BudgetKind): string {
  switch (kind) {
    case BudgetKind.Instructions:
      return 'instructions';
    case BudgetKind.Rows:
      return 'rows';
    case BudgetKind.ResultBytes:
      return 'bytes of result';
    case BudgetKind.SqlBytes:
      return 'bytes of SQL';
    case BudgetKind.Parameters:
      return 'parameters';
    default:
      return 'changed pages of 4,096 bytes';
  }
}

/** A number that is a property; UNLIMITED for anything else. */
function numberProperty(context: JSContext, object: JSValue, name: string): u64 {
  const value = JS_GetPropertyStr(context, object, literal(name));
  const tag = tagOf(value);
  if (tag === TAG_INT) return <u64>toI32(value);
  if (isDouble(tag)) return <u64>toF64(value);
  JS_FreeValue(context, value);
  return UNLIMITED;
}
