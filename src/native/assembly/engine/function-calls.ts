// Every SQL function that the engine calls passes here: the link sends its indirect calls of that type this way. Functions
// run between two questions of the progress handler, and one can take millions of instructions for a large value. So the
// budget is asked behind every so many calls, and before a search whose work grows with the product of two lengths.

import { EnginePointer, engineTableBase, HostPointer, TableIndex, toHost } from '../externals/addresses';
import { sqlite3_result_error_code } from '../externals/engine-functions';
import { isForeseen, isSpent } from './instruction-budget';

/** Callbacks of the same type that are no SQL functions have a pointer in place of the number of arguments. */
const MOST_ARGUMENTS: u32 = 1000;
const CALLS_BETWEEN: u32 = 32;
const SQLITE_INTERRUPT: i32 = 9;

// sqlite3_context begins with pointers to the result and to the function's definition.
const DEFINITION: u32 = 4;
// FuncDef.
const FLAGS: u32 = 4;
const NAME: u32 = 32;
const BUILT_IN: u32 = 0x00800000;
// sqlite3_value: the number of zeros behind a zeroblob's bytes, its length, and flags that tell what it is.
const ZEROS: u32 = 0;
const LENGTH: u32 = 12;
const VALUE_FLAGS: u32 = 16;
const TEXT_OR_BLOB: u32 = 0x12;
const HAS_ZEROS: u32 = 0x400;
const POINTER_SIZE: u32 = 4;

/** Instructions of one comparison of a pattern's byte with a text's. */
const PER_PATTERN_BYTE: u64 = 60;
/** Instructions at each byte of a text that is searched, besides some for each byte of what is searched for. */
const PER_SEARCHED_BYTE: u64 = 40;
const PER_COMPARED_BYTE: u64 = 4;
/** A power of two. Two texts that are shorter take less than what the budget is asked about. */
const SMALL_LENGTH: u32 = 32;

/** What a function's work depends on. */
enum Work {
  /** Nearly nothing, or a copy of a value: it is not even counted. */
  Constant = 0,
  Unknown = 1,
  /** The size of its arguments and of its result. */
  Linear = 2,
  /** The product of a pattern and a text. */
  Pattern = 3,
  /** The product of two texts. */
  Search = 4,
}

/** Places of the table from the engine's first on: more than the engine and native code have. */
const PLACES: u32 = 2048;
const LAST_PLACE: u32 = PLACES - 1;
/** A byte for each place of the table: the work of the function there. */
const learned: HostPointer = <u32>memory.data(2048);
/** The same while there is no budget: nothing is counted. */
const unguarded: HostPointer = <u32>memory.data(2048);

let hasLearned: bool = false;
let works: HostPointer = unguarded;
let calls: u32 = 0;

/** Lets calls keep the budget that was begun, or lets them be. */
export function guardCalls(enabled: bool): void {
  if (enabled && !hasLearned) {
    memory.fill(learned, <u8>Work.Unknown, PLACES);
    hasLearned = true;
  }
  works = enabled ? learned : unguarded;
}

/** Calls a function of the table on behalf of the engine. */
export function engine_call_function(
  context: EnginePointer,
  count: u32,
  values: EnginePointer,
  callee: TableIndex,
): void {
  const work = <u32>load<u8>(works + placeOf(callee));
  if (work === Work.Constant) {
    call_indirect<void>(callee, context, count, values);
  } else if (work === Work.Linear) {
    call_indirect<void>(callee, context, count, values);
    if (++calls >= CALLS_BETWEEN) ask(context);
  } else if (
    (work >= <u32>Work.Pattern && isSmall(values)) ||
    mayBegin(context, count, values, callee, work)
  ) {
    call_indirect<void>(callee, context, count, values);
  }
}

/** Whether the first two arguments are so short that the counter need not be looked at, as nearly always. */
function isSmall(values: EnginePointer): bool {
  const first = toHost(load<u32>(toHost(values)));
  const second = toHost(load<u32>(toHost(values) + POINTER_SIZE));
  // A length says nothing where there is no text or blob, and then the text will be short.
  return (
    (load<u32>(first + LENGTH) | load<u32>(second + LENGTH)) < SMALL_LENGTH &&
    ((load<u16>(first + VALUE_FLAGS) | load<u16>(second + VALUE_FLAGS)) & HAS_ZEROS) === 0
  );
}

/** False when the call would take more than is left; it has failed then. */
function mayBegin(
  context: EnginePointer,
  count: u32,
  values: EnginePointer,
  callee: TableIndex,
  known: u32,
): bool {
  const work = known === Work.Unknown ? learn(context, count, callee) : known;
  if (work < <u32>Work.Pattern || isForeseen(searchOf(work, values))) return true;
  sqlite3_result_error_code(context, SQLITE_INTERRUPT);
  return false;
}

function ask(context: EnginePointer): void {
  calls = 0;
  if (isSpent()) sqlite3_result_error_code(context, SQLITE_INTERRUPT);
}

function placeOf(callee: TableIndex): u32 {
  return <u32>(callee - engineTableBase) & LAST_PLACE;
}

function learn(context: EnginePointer, count: u32, callee: TableIndex): u32 {
  const work =
    count > MOST_ARGUMENTS ? Work.Constant : workOf(toHost(load<u32>(toHost(context) + DEFINITION)));
  store<u8>(learned + placeOf(callee), work);
  return work;
}

function workOf(definition: HostPointer): Work {
  if ((load<u32>(definition + FLAGS) & BUILT_IN) === 0) return Work.Linear;
  const name = toHost(load<u32>(definition + NAME));
  if (is(name, 'like') || is(name, 'glob')) return Work.Pattern;
  if (is(name, 'instr') || is(name, 'replace')) return Work.Search;
  return isConstant(name) ? Work.Constant : Work.Linear;
}

function isConstant(name: HostPointer): bool {
  return (
    is(name, 'count') ||
    is(name, 'sum') ||
    is(name, 'total') ||
    is(name, 'avg') ||
    is(name, 'min') ||
    is(name, 'max') ||
    is(name, 'abs') ||
    is(name, 'typeof')
  );
}

/** At most the instructions of a call of which the first two arguments are searched in or for. */
function searchOf(work: u32, values: EnginePointer): u64 {
  const first = lengthOf(load<u32>(toHost(values)));
  const second = lengthOf(load<u32>(toHost(values) + POINTER_SIZE));
  if (work === Work.Pattern) return first * second * PER_PATTERN_BYTE;
  return second > first ? 0 : first * (second * PER_COMPARED_BYTE + PER_SEARCHED_BYTE);
}

function lengthOf(value: EnginePointer): u64 {
  const at = toHost(value);
  const flags = <u32>load<u16>(at + VALUE_FLAGS);
  if ((flags & TEXT_OR_BLOB) === 0) return 1;
  return <u64>load<u32>(at + LENGTH) + ((flags & HAS_ZEROS) !== 0 ? <u64>load<u32>(at + ZEROS) : 0);
}

function is(name: HostPointer, expected: string): bool {
  for (let index = 0; index < expected.length; index++) {
    if (load<u8>(name + <u32>index) !== expected.charCodeAt(index)) return false;
  }
  return load<u8>(name + <u32>expected.length) === 0;
}
