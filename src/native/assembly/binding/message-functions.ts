// Module functions on the message that is being answered: its arguments, its caller, and its reply.

import { PRINCIPAL_CAPACITY } from '../candid/arguments';
import { ABSENT, writeFailureText } from '../candid/failure-reply';
import { receiveMessage } from '../candid/message';
import { principalText, principalTextLength, writePrincipalText } from '../candid/principal';
import { failed } from '../candid/reader';
import { NULL_HEAD_LENGTH, nullHead } from '../candid/reply-types';
import { readRequest, requestArchive, requestArchiveLength } from '../candid/request';
import { beginReply, sendReply, writeByte, writeBytes } from '../candid/writer';
import { HostPointer } from '../externals/addresses';
import { in_replicated_execution, is_controller, msg_caller_copy, msg_caller_size } from '../externals/ic0';
import { JS_FreeCString, JSContext, JSValue } from '../externals/quickjs';
import { throwTypeError } from '../quickjs/errors';
import { defineMethod } from '../quickjs/objects';
import { borrowedLength, borrowText, textValue } from '../quickjs/text';
import {
  argumentAt,
  EXCEPTION,
  fromBool,
  TAG_INT,
  TAG_STRING,
  tagOf,
  toI32,
  UNDEFINED,
} from '../quickjs/values';
import { openRecord } from './connection-class';
import { enterRunning, isIterating, leaveRunning } from './connection-record';
import { isCallingFunction } from './function-calls';
import { dropFunctionError } from './function-errors';
import { receive, throwMalformed } from './request-arguments';
import { Purpose, runRequest } from './request-execution';
import { throwOutOfArena } from './sqlite-errors';
import { inTransaction } from './transactions';

/** What a reply may have: of an update, and of a query that one node answers alone. */
const UPDATE_REPLY_LIMIT: u32 = 2097152;
const QUERY_REPLY_LIMIT: u32 = 3145728;

const caller: HostPointer = <u32>memory.data(29);
/** Set by receiveRequest, taken by the one execution that may follow. */
let requestReady = false;

export function defineMessageFunctions(context: JSContext, module: JSValue): void {
  defineMethod(context, module, 'receiveRequest', receiveRequest.index, 0);
  defineMethod(context, module, 'receive', receive.index, 0);
  defineMethod(context, module, 'executeRequest', executeRequest.index, 1);
  defineMethod(context, module, 'queryRequest', queryRequest.index, 1);
  defineMethod(context, module, 'replyError', replyError.index, 4);
  defineMethod(context, module, 'replyNull', replyNull.index, 0);
  defineMethod(context, module, 'callerText', callerText.index, 0);
  defineMethod(context, module, 'callerIsController', callerIsController.index, 0);
}

/** Bytes that the reply of this message may have. */
export function replyLimit(): u32 {
  return in_replicated_execution() !== 0 ? UPDATE_REPLY_LIMIT : QUERY_REPLY_LIMIT;
}

function receiveRequest(context: JSContext, _self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  requestReady = false;
  if (!receiveMessage()) return throwOutOfArena(context);
  readRequest();
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
  return runReceived(context, argumentAt(argumentsPointer, 0), Purpose.Execute);
}

function queryRequest(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  return runReceived(context, argumentAt(argumentsPointer, 0), Purpose.Query);
}

function runReceived(context: JSContext, connection: JSValue, purpose: Purpose): JSValue {
  const record = openRecord(context, connection);
  if (record === 0) return EXCEPTION;
  if (!requestReady) return throwTypeError(context, 'No request was received: call receiveRequest first');
  if (isCallingFunction() || isIterating(record) || inTransaction(record)) {
    return throwTypeError(context, 'This database connection is busy: a message is a transaction of its own');
  }
  requestReady = false;
  enterRunning(record);
  runRequest(record, purpose, replyLimit());
  leaveRunning(record);
  dropFunctionError(context);
  return UNDEFINED;
}

function replyError(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const code = argumentAt(argumentsPointer, 0);
  const message = argumentAt(argumentsPointer, 1);
  if (tagOf(code) !== TAG_STRING || tagOf(message) !== TAG_STRING) {
    return throwTypeError(context, 'code and message must be strings');
  }
  const extendedCode = optionalInteger(argumentAt(argumentsPointer, 2));
  const offset = optionalInteger(argumentAt(argumentsPointer, 3));
  const codeText = borrowText(context, code);
  const codeLength = borrowedLength();
  const messageText = borrowText(context, message);
  writeFailureText(codeText, codeLength, messageText, borrowedLength(), extendedCode, offset);
  JS_FreeCString(context, codeText);
  JS_FreeCString(context, messageText);
  sendReply();
  return UNDEFINED;
}

function optionalInteger(value: JSValue): i32 {
  return tagOf(value) === TAG_INT ? toI32(value) : ABSENT;
}

function replyNull(_context: JSContext, _self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  beginReply(UPDATE_REPLY_LIMIT);
  writeBytes(nullHead, NULL_HEAD_LENGTH);
  writeByte(0);
  sendReply();
  return UNDEFINED;
}

function takeCaller(): u32 {
  const size = min<u32>(msg_caller_size(), PRINCIPAL_CAPACITY);
  msg_caller_copy(caller, 0, size);
  return size;
}

function callerText(context: JSContext, _self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  writePrincipalText(caller, takeCaller());
  return textValue(context, principalText(), principalTextLength());
}

function callerIsController(
  _context: JSContext,
  _self: JSValue,
  _count: i32,
  _arguments: HostPointer,
): JSValue {
  return fromBool(is_controller(caller, takeCaller()) !== 0);
}
