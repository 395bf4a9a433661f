// Module functions on the message that is being answered: its arguments, its caller, and its reply.

import { ABSENT, writeFailureText } from '../candid/failure-reply';
import { principalText, principalTextLength, writePrincipalText } from '../candid/principal';
import { replyLimit } from '../candid/reply-limit';
import { NULL_HEAD_LENGTH, nullHead } from '../candid/reply-types';
import { LONGEST_PRINCIPAL } from '../candid/skip';
import { beginReply, sendReply, writeByte, writeBytes } from '../candid/writer';
import { HostPointer } from '../externals/addresses';
import { is_controller, msg_caller_copy, msg_caller_size } from '../externals/ic0';
import { JS_FreeCString, JSContext, JSValue } from '../externals/quickjs';
import { throwTypeError } from '../quickjs/errors';
import { defineMethod } from '../quickjs/objects';
import { borrowedLength, borrowText, textValue } from '../quickjs/text';
import { argumentAt, fromBool, TAG_INT, TAG_STRING, tagOf, toI32, UNDEFINED } from '../quickjs/values';
import { receive } from './request-arguments';

const caller: HostPointer = <u32>memory.data(29);

export function defineMessageFunctions(context: JSContext, module: JSValue): void {
  defineMethod(context, module, 'receive', receive.index, 0);
  defineMethod(context, module, 'replyError', replyError.index, 4);
  defineMethod(context, module, 'replyNull', replyNull.index, 0);
  defineMethod(context, module, 'callerText', callerText.index, 0);
  defineMethod(context, module, 'callerIsController', callerIsController.index, 0);
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
  beginReply(replyLimit());
  writeBytes(nullHead, NULL_HEAD_LENGTH);
  writeByte(0);
  sendReply();
  return UNDEFINED;
}

function takeCaller(): u32 {
  const size = min<u32>(msg_caller_size(), LONGEST_PRINCIPAL);
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
