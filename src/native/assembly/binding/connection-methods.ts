// The methods of connection objects.

import { giveInstructions, liftInstructionBudget } from '../engine/instruction-budget';
import { HostPointer } from '../externals/addresses';
import { JSContext, JSValue } from '../externals/quickjs';
import { throwTypeError } from '../quickjs/errors';
import { defineMethod } from '../quickjs/objects';
import { isText } from '../quickjs/text';
import { argumentAt, EXCEPTION, fromBool, fromI32, TRUE, UNDEFINED } from '../quickjs/values';
import { closeArchive } from './archives';
import { REFUSED, sizeArgument } from './arguments';
import { Author } from './authorizer';
import { idleRecord, openRecord, quietRecord, recordOf, restingRecord } from './connection-access';
import { engineConnection, isIterating, isRunning, memoryIdOf, OwnStatement } from './connection-record';
import { throwConnectionBusy } from './execution';
import { defineAggregate, defineScalar } from './function-methods';
import { prepareStatement } from './prepare';
import { runPart, runScript } from './script';
import { statementClassId, statementPrototype } from './statement-class';
import { inTransaction, rollBack, runOwnStatement } from './transactions';

/** Puts all of them on a prototype. */
export function defineConnectionMethods(context: JSContext, prototype: JSValue): void {
  defineMethod(context, prototype, 'prepare', prepare.index, 1);
  defineMethod(context, prototype, 'prepareToExplain', prepareToExplain.index, 1);
  defineMethod(context, prototype, 'exec', exec.index, 1);
  defineMethod(context, prototype, 'execPart', execPart.index, 3);
  defineMethod(context, prototype, 'begin', begin.index, 1);
  defineMethod(context, prototype, 'commit', commit.index, 0);
  defineMethod(context, prototype, 'rollback', rollback.index, 0);
  defineMethod(context, prototype, 'inTransaction', isInTransaction.index, 0);
  defineMethod(context, prototype, 'setQueryOnly', setQueryOnly.index, 1);
  defineMethod(context, prototype, 'setInstructionBudget', setInstructionBudget.index, 1);
  defineMethod(context, prototype, 'defineFunction', defineFunction.index, 4);
  defineMethod(context, prototype, 'defineAggregate', defineAggregateFunction.index, 7);
  defineMethod(context, prototype, 'close', close.index, 0);
  defineMethod(context, prototype, 'isOpen', isOpen.index, 0);
  defineMethod(context, prototype, 'memoryId', memoryId.index, 0);
}

function prepare(context: JSContext, self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  return prepareAs(context, self, argumentsPointer, Author.User);
}

function prepareToExplain(
  context: JSContext,
  self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  return prepareAs(context, self, argumentsPointer, Author.Explainer);
}

function prepareAs(
  context: JSContext,
  self: JSValue,
  argumentsPointer: HostPointer,
  author: Author,
): JSValue {
  const record = idleRecord(context, self);
  if (record === 0) return EXCEPTION;
  const sql = argumentAt(argumentsPointer, 0);
  return prepareStatement(context, record, sql, statementPrototype(), statementClassId(), author);
}

function exec(context: JSContext, self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const record = quietRecord(context, self);
  if (record === 0) return EXCEPTION;
  return runScript(context, record, argumentAt(argumentsPointer, 0));
}

function execPart(context: JSContext, self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const record = quietRecord(context, self);
  return record === 0 ? EXCEPTION : runPart(context, record, argumentsPointer);
}

function begin(context: JSContext, self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const record = quietRecord(context, self);
  if (record === 0) return EXCEPTION;
  const mode = argumentAt(argumentsPointer, 0);
  if (isText(context, mode, 'deferred')) return runOwn(context, record, OwnStatement.BeginDeferred);
  if (isText(context, mode, 'immediate')) return runOwn(context, record, OwnStatement.BeginImmediate);
  if (isText(context, mode, 'exclusive')) return runOwn(context, record, OwnStatement.BeginExclusive);
  return throwTypeError(context, 'The transaction mode must be "deferred", "immediate" or "exclusive"');
}

function runOwn(context: JSContext, record: HostPointer, which: OwnStatement): JSValue {
  return runOwnStatement(context, record, which) ? UNDEFINED : EXCEPTION;
}

function commit(context: JSContext, self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  const record = quietRecord(context, self);
  return record === 0 ? EXCEPTION : runOwn(context, record, OwnStatement.Commit);
}

function rollback(context: JSContext, self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  const record = idleRecord(context, self);
  if (record === 0) return EXCEPTION;
  return rollBack(context, record) ? UNDEFINED : EXCEPTION;
}

function isInTransaction(context: JSContext, self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  const record = openRecord(context, self);
  return record === 0 ? EXCEPTION : fromBool(inTransaction(record));
}

function setQueryOnly(
  context: JSContext,
  self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const record = idleRecord(context, self);
  if (record === 0) return EXCEPTION;
  const enabled = argumentAt(argumentsPointer, 0) === TRUE;
  return runOwn(context, record, enabled ? OwnStatement.QueryOnlyOn : OwnStatement.QueryOnlyOff);
}

function setInstructionBudget(
  context: JSContext,
  self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const record = openRecord(context, self);
  if (record === 0) return EXCEPTION;
  if (argumentAt(argumentsPointer, 0) === UNDEFINED) {
    liftInstructionBudget(engineConnection(record));
    return UNDEFINED;
  }
  const budget = sizeArgument(context, argumentsPointer, 0, 'instructions');
  if (budget === REFUSED) return EXCEPTION;
  giveInstructions(engineConnection(record), budget);
  return UNDEFINED;
}

function defineFunction(
  context: JSContext,
  self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const record = restingRecord(context, self);
  return record === 0 ? EXCEPTION : defineScalar(context, record, argumentsPointer);
}

function defineAggregateFunction(
  context: JSContext,
  self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const record = restingRecord(context, self);
  return record === 0 ? EXCEPTION : defineAggregate(context, record, argumentsPointer);
}

function close(context: JSContext, self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  const record = recordOf(context, self);
  if (record === 0) return EXCEPTION;
  if (engineConnection(record) === 0) return UNDEFINED;
  if (isRunning(record) || isIterating(record)) return throwConnectionBusy(context);
  closeArchive(context, record);
  return UNDEFINED;
}

function isOpen(context: JSContext, self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  const record = recordOf(context, self);
  return record === 0 ? EXCEPTION : fromBool(engineConnection(record) !== 0);
}

function memoryId(context: JSContext, self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  const record = recordOf(context, self);
  return record === 0 ? EXCEPTION : fromI32(memoryIdOf(record));
}
