// Module functions by which TypeScript tells native code what its methods and archives are, and reads what was counted.

import { slotArgument } from '../binding/archive-functions';
import { REFUSED, textArgument } from '../binding/arguments';
import { BudgetKind, UNLIMITED } from '../candid/budgets';
import { principalText, principalTextLength, writePrincipalText } from '../candid/principal';
import { HostPointer } from '../externals/addresses';
import {
  JS_DupValue,
  JS_FreeCString,
  JS_FreeValue,
  JS_GetPropertyInt64,
  JS_GetPropertyStr,
  JS_NewBigInt64,
  JS_NewObject,
  JSContext,
  JSValue,
  js_get_length32,
} from '../externals/quickjs';
import { MemoryId } from '../memory/layout';
import { limitSlot } from '../pages/limits';
import { throwRangeError } from '../quickjs/errors';
import { literal } from '../quickjs/message';
import { defineMethod, defineValue } from '../quickjs/objects';
import { OUT, outU32 } from '../quickjs/scratch';
import { arrayOf } from '../quickjs/shapes';
import { borrowedLength, borrowText, textValue } from '../quickjs/text';
import {
  argumentAt,
  EXCEPTION,
  fromBool,
  fromF64,
  fromI32,
  isDouble,
  TAG_INT,
  TAG_STRING,
  TAG_UNDEFINED,
  TRUE,
  tagOf,
  toF64,
  toI32,
  UNDEFINED,
  VALUE_SIZE,
} from '../quickjs/values';
import {
  ArchiveCopy,
  beginCopy,
  budgetsOf,
  copyAt,
  copyNumbered,
  dropCopy,
  idOf,
  LONGEST_ID,
  MOST_MEMBERS,
  MOST_SLOTS,
  makeMembers,
  memberAt,
  operatorAt,
  ownerOf,
  setAudience,
  setId,
  setOperators,
  usageOf,
} from './catalog-copy';
import { IDENTITY_SIZE, identityLength, writeIdentity } from './identity';
import { markDeclared, methodCalled } from './method-table';
import {
  addUsage,
  codeOf,
  countOutcome,
  countRefused,
  forgetUsage,
  others,
  refusalsAt,
  Usage,
  usageAt,
} from './usage';

const WORD: u32 = 8;
const BUDGET_NAMES: StaticArray<string> = [
  'instructions',
  'rows',
  'resultBytes',
  'sqlBytes',
  'parameters',
  'dirtyPages',
];
/** Values of a list: members of an archive, or codes of refusals. */
const listed: HostPointer = <u32>memory.data(2048, 8);
const MOST_LISTED: u32 = 256;
/** Where the total is made. */
const total: HostPointer = <u32>memory.data(offsetof<Usage>(), 8);

export function defineDispatchFunctions(context: JSContext, module: JSValue): void {
  defineMethod(context, module, 'planArguments', planArguments.index, 2);
  defineMethod(context, module, 'declareMethod', declareMethod.index, 2);
  defineMethod(context, module, 'copyArchive', copyArchive.index, 2);
  defineMethod(context, module, 'dropArchiveCopy', dropArchiveCopy.index, 1);
  defineMethod(context, module, 'copyCanister', copyCanister.index, 2);
  defineMethod(context, module, 'archiveCopy', archiveCopy.index, 1);
  defineMethod(context, module, 'countRequest', countRequest.index, 2);
  defineMethod(context, module, 'countRefusal', countRefusal.index, 2);
  defineMethod(context, module, 'archiveUsage', archiveUsage.index, 1);
  defineMethod(context, module, 'totalUsage', totalUsage.index, 0);
}

/** Keeps the plan of a method's arguments. Where there is no room for it they are not looked at. */
function planArguments(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const name = textArgument(context, argumentsPointer, 0, 'name');
  if (name === 0) return EXCEPTION;
  const method = methodCalled(name, borrowedLength());
  JS_FreeCString(context, name);
  if (method === null) return UNDEFINED;
  JS_FreeValue(context, method.plan);
  method.plan = JS_DupValue(context, argumentAt(argumentsPointer, 1));
  return UNDEFINED;
}

function declareMethod(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const name = textArgument(context, argumentsPointer, 0, 'name');
  if (name === 0) return EXCEPTION;
  const method = methodCalled(name, borrowedLength());
  JS_FreeCString(context, name);
  if (method === null) return throwRangeError(context, 'there is no room for the method');
  const rule = argumentAt(argumentsPointer, 1);
  method.handler = <u8>numberOf(context, rule, 'handler');
  method.isUpdate = <u8>numberOf(context, rule, 'isUpdate');
  method.isAboutArchive = <u8>numberOf(context, rule, 'isAboutArchive');
  method.roles = <u32>numberOf(context, rule, 'roles');
  method.states = <u8>numberOf(context, rule, 'states');
  method.blocks = <u8>numberOf(context, rule, 'blocks');
  method.overseerStates = <u8>numberOf(context, rule, 'overseerStates');
  method.overseerBlocks = <u8>numberOf(context, rule, 'overseerBlocks');
  method.mostBytes = <u32>numberOf(context, rule, 'mostBytes');
  markDeclared(method);
  return UNDEFINED;
}

/** The copy of the slot that is an argument; null when it threw. */
function copyArgument(context: JSContext, argumentsPointer: HostPointer, index: i32): ArchiveCopy | null {
  const slot = slotArgument(context, argumentsPointer, index);
  return slot === REFUSED ? null : copyAt(<MemoryId>slot);
}

function copyArchive(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const copy = copyArgument(context, argumentsPointer, 0);
  if (copy === null) return EXCEPTION;
  const archive = argumentAt(argumentsPointer, 1);
  const writers = listLength(context, archive, 'writers');
  const readers = listLength(context, archive, 'readers');
  const id = textOf(context, archive, 'id');
  const idLength = borrowedLength();
  if (idLength > LONGEST_ID || writers > MOST_MEMBERS || readers > MOST_MEMBERS) {
    JS_FreeCString(context, id);
    return throwRangeError(context, 'the archive is larger than an archive can be');
  }
  beginCopy(copy, numberOf(context, archive, 'generation'));
  copy.state = <u8>numberOf(context, archive, 'state');
  copy.blocks = <u8>numberOf(context, archive, 'blocks');
  copy.publicRead = <u8>numberOf(context, archive, 'publicRead');
  for (let kind: u32 = 0; kind < <u32>BudgetKind.Count; kind++) {
    store<u64>(budgetsOf(copy) + kind * WORD, numberOf(context, archive, BUDGET_NAMES[kind]));
  }
  setId(copy, id, idLength);
  JS_FreeCString(context, id);
  const owner = textOf(context, archive, 'owner');
  writeIdentity(ownerOf(copy), owner, borrowedLength());
  JS_FreeCString(context, owner);
  makeMembers(copy, writers, readers);
  copyIdentities(context, archive, 'writers', writers, memberAt(copy, 0));
  copyIdentities(context, archive, 'readers', readers, memberAt(copy, writers));
  limitSlot(copy.slot, limitOf(context, archive, 'sizeLimit'), limitOf(context, archive, 'bucketBudget'));
  return UNDEFINED;
}

function dropArchiveCopy(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const copy = copyArgument(context, argumentsPointer, 0);
  if (copy === null) return EXCEPTION;
  dropCopy(copy);
  limitSlot(copy.slot, 0, 0);
  return UNDEFINED;
}

function copyCanister(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const canister = argumentAt(argumentsPointer, 0);
  const operators = min(listLength(context, canister, 'operators'), MOST_MEMBERS);
  copyIdentities(context, canister, 'operators', operators, operatorAt(0));
  setOperators(operators);
  setAudience(numberOf(context, canister, 'hasAudience') !== 0);
  return UNDEFINED;
}

/** What the copy says of a slot, for whoever compares it with the catalog. */
function archiveCopy(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const copy = copyArgument(context, argumentsPointer, 0);
  if (copy === null) return EXCEPTION;
  if (copy.generation === 0) return UNDEFINED;
  const archive = JS_NewObject(context);
  defineValue(context, archive, 'generation', fromF64(<f64>copy.generation));
  defineValue(context, archive, 'id', textValue(context, idOf(copy), copy.idLength));
  defineValue(context, archive, 'owner', principalValue(context, ownerOf(copy)));
  defineValue(context, archive, 'writers', membersOf(context, copy, 0, copy.writers));
  defineValue(context, archive, 'readers', membersOf(context, copy, copy.writers, copy.readers));
  defineValue(context, archive, 'state', fromI32(copy.state));
  defineValue(context, archive, 'blocks', fromI32(copy.blocks));
  defineValue(context, archive, 'publicRead', fromBool(copy.publicRead !== 0));
  for (let kind: u32 = 0; kind < <u32>BudgetKind.Count; kind++) {
    const budget = load<u64>(budgetsOf(copy) + kind * WORD);
    const value = budget === UNLIMITED ? UNDEFINED : fromF64(<f64>budget);
    defineValue(context, archive, BUDGET_NAMES[kind], value);
  }
  return archive;
}

function membersOf(context: JSContext, copy: ArchiveCopy, first: u32, count: u32): JSValue {
  for (let member: u32 = 0; member < count; member++) {
    store<u64>(listed + member * VALUE_SIZE, principalValue(context, memberAt(copy, first + member)));
  }
  return arrayOf(context, listed, count);
}

function principalValue(context: JSContext, identity: HostPointer): JSValue {
  writePrincipalText(identity, identityLength(identity));
  return textValue(context, principalText(), principalTextLength());
}

/** The usage of the archive in a slot; what is counted for none without one. Null when it threw. */
function usageArgument(context: JSContext, argumentsPointer: HostPointer, index: i32): Usage | null {
  if (tagOf(argumentAt(argumentsPointer, index)) === TAG_UNDEFINED) return usageAt(others);
  const copy = copyArgument(context, argumentsPointer, index);
  return copy === null ? null : usageOf(copy);
}

function countRequest(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const usage = usageArgument(context, argumentsPointer, 0);
  if (usage === null) return EXCEPTION;
  countOutcome(usage, argumentAt(argumentsPointer, 1) === TRUE);
  return UNDEFINED;
}

function countRefusal(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const usage = usageArgument(context, argumentsPointer, 0);
  if (usage === null) return EXCEPTION;
  const code = textArgument(context, argumentsPointer, 2, 'code');
  if (code === 0) return EXCEPTION;
  countRefused(usage, argumentAt(argumentsPointer, 1) === TRUE, code, borrowedLength());
  JS_FreeCString(context, code);
  return UNDEFINED;
}

function archiveUsage(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const copy = copyArgument(context, argumentsPointer, 0);
  return copy === null ? EXCEPTION : describeUsage(context, usageOf(copy));
}

/** All archives together, and those that are gone. */
function totalUsage(context: JSContext, _self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  const sum = usageAt(total);
  forgetUsage(sum);
  addUsage(sum, usageAt(others));
  for (let number: u32 = 0; number < MOST_SLOTS; number++) addUsage(sum, usageOf(copyNumbered(number)));
  const described = describeUsage(context, sum);
  forgetUsage(sum);
  return described;
}

function describeUsage(context: JSContext, usage: Usage): JSValue {
  const described = JS_NewObject(context);
  defineCount(context, described, 'queries', usage.queries);
  defineCount(context, described, 'updates', usage.updates);
  defineCount(context, described, 'rowsRead', usage.rowsRead);
  defineCount(context, described, 'rowsWritten', usage.rowsWritten);
  defineCount(context, described, 'instructions', usage.instructions);
  const lastWriteAt = usage.lastWriteAt === 0 ? UNDEFINED : JS_NewBigInt64(context, usage.lastWriteAt);
  defineValue(context, described, 'lastWriteAt', lastWriteAt);
  let count: u32 = 0;
  for (let place = usage.refusals; place !== 0 && count < MOST_LISTED; place = refusalsAt(place).next) {
    const refusals = JS_NewObject(context);
    defineValue(context, refusals, 'code', textValue(context, codeOf(place), refusalsAt(place).codeLength));
    defineCount(context, refusals, 'times', refusalsAt(place).times);
    store<u64>(listed + count * VALUE_SIZE, refusals);
    count++;
  }
  defineValue(context, described, 'errors', arrayOf(context, listed, count));
  return described;
}

function defineCount(context: JSContext, target: JSValue, name: string, count: u64): void {
  defineValue(context, target, name, fromF64(<f64>count));
}

// Properties of what TypeScript passes, which its types promise.

/** A number or a boolean; UNLIMITED for anything else. */
function numberOf(context: JSContext, object: JSValue, name: string): u64 {
  const value = JS_GetPropertyStr(context, object, literal(name));
  const tag = tagOf(value);
  if (tag === TAG_INT) return <u64>toI32(value);
  if (isDouble(tag)) return <u64>toF64(value);
  if (value === TRUE) return 1;
  JS_FreeValue(context, value);
  return value === fromBool(false) ? 0 : UNLIMITED;
}

/** A limit of a slot, where 0 is none. */
function limitOf(context: JSContext, object: JSValue, name: string): u64 {
  const limit = numberOf(context, object, name);
  return limit === UNLIMITED ? 0 : limit;
}

/** A text, to be given back with JS_FreeCString. Its length is borrowedLength(). */
function textOf(context: JSContext, object: JSValue, name: string): HostPointer {
  const value = JS_GetPropertyStr(context, object, literal(name));
  const text = borrowText(context, value);
  JS_FreeValue(context, value);
  return text;
}

function listLength(context: JSContext, object: JSValue, name: string): u32 {
  const list = JS_GetPropertyStr(context, object, literal(name));
  js_get_length32(context, OUT, list);
  JS_FreeValue(context, list);
  return outU32();
}

/** Writes the identities of a list of textual principals, one behind the other. */
function copyIdentities(
  context: JSContext,
  object: JSValue,
  name: string,
  count: u32,
  to: HostPointer,
): void {
  const list = JS_GetPropertyStr(context, object, literal(name));
  for (let index: u32 = 0; index < count; index++) {
    const value = JS_GetPropertyInt64(context, list, index);
    if (tagOf(value) !== TAG_STRING) continue;
    const text = borrowText(context, value);
    writeIdentity(to + index * IDENTITY_SIZE, text, borrowedLength());
    JS_FreeCString(context, text);
    JS_FreeValue(context, value);
  }
  JS_FreeValue(context, list);
}
