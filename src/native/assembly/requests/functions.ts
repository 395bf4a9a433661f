// Module functions on requests of SQL: receive one, and run it.

import { openRecord } from '../binding/connection-access';
import { enterRunning, isIterating, leaveRunning } from '../binding/connection-record';
import { isCallingFunction, throwInFunction } from '../binding/function-calls';
import { dropFunctionError } from '../binding/function-errors';
import { throwMalformed } from '../binding/request-arguments';
import { throwOutOfMemory } from '../binding/sqlite-errors';
import { inTransaction } from '../binding/transactions';
import { receiveMessage } from '../candid/message';
import { failed } from '../candid/reader';
import {
  RequestShape,
  readRequest,
  requestArchive,
  requestArchiveLength,
  requestShape,
} from '../candid/request';
import { HostPointer } from '../externals/addresses';
import { JSContext, JSValue } from '../externals/quickjs';
import { throwTypeError } from '../quickjs/errors';
import { defineMethod } from '../quickjs/objects';
import { textValue } from '../quickjs/text';
import { argumentAt, EXCEPTION, UNDEFINED } from '../quickjs/values';
import { beginBudgetsOf } from './budgets';
import { Method, runRequest, writes } from './execution';

/** Set when a request was received, taken by the one execution that may follow. */
let requestReady = false;

export function defineRequestFunctions(context: JSContext, module: JSValue): void {
  defineMethod(context, module, 'receiveRequest', receiveRequest.index, 0);
  defineMethod(context, module, 'receivePageRequest', receivePageRequest.index, 0);
  defineMethod(context, module, 'receiveBatchRequest', receiveBatchRequest.index, 0);
  defineMethod(context, module, 'executeRequest', executeRequest.index, 2);
  defineMethod(context, module, 'queryRequest', queryRequest.index, 2);
  defineMethod(context, module, 'firstRequest', firstRequest.index, 2);
}

function receiveRequest(context: JSContext, _self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  return receiveShape(context, RequestShape.Statement);
}

function receivePageRequest(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  _arguments: HostPointer,
): JSValue {
  return receiveShape(context, RequestShape.Page);
}

function receiveBatchRequest(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  _arguments: HostPointer,
): JSValue {
  return receiveShape(context, RequestShape.Batch);
}

function receiveShape(context: JSContext, shape: RequestShape): JSValue {
  if (isCallingFunction()) return throwInFunction(context);
  requestReady = false;
  if (!receiveMessage()) return throwOutOfMemory(context);
  readRequest(shape);
  if (failed()) return throwMalformed(context);
  requestReady = true;
  return textValue(context, requestArchive(), requestArchiveLength());
}

function executeRequest(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const method = requestShape() === RequestShape.Batch ? Method.Batch : Method.Execute;
  return runReceived(context, argumentsPointer, method);
}

function queryRequest(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const method = requestShape() === RequestShape.Page ? Method.Page : Method.Query;
  return runReceived(context, argumentsPointer, method);
}

function firstRequest(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  return runReceived(context, argumentsPointer, Method.First);
}

function runReceived(context: JSContext, argumentsPointer: HostPointer, method: Method): JSValue {
  const record = openRecord(context, argumentAt(argumentsPointer, 0));
  if (record === 0) return EXCEPTION;
  if (!requestReady) return throwTypeError(context, 'No request was received: call receiveRequest first');
  if (isCallingFunction() || isIterating(record) || inTransaction(record)) {
    return throwTypeError(context, 'This database connection is busy: a message is a transaction of its own');
  }
  requestReady = false;
  beginBudgetsOf(context, argumentAt(argumentsPointer, 1), writes(method));
  enterRunning(record);
  runRequest(record, method);
  leaveRunning(record);
  dropFunctionError(context);
  return UNDEFINED;
}
