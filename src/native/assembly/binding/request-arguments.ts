// Decodes the arguments of cold methods into values of the host; blobs stay in the message.

import {
  expectType,
  readBlob,
  readBool,
  readLength,
  readOptionalText,
  readPrincipal,
  readStart,
  readText,
} from '../candid/arguments';
import { finishArguments, nextArgument, receiveMessage } from '../candid/message';
import { TYPE_NAT32, TYPE_NAT64 } from '../candid/opcodes';
import { principalText, principalTextLength, writePrincipalText } from '../candid/principal';
import { fail, failed, failedAt, failureText, offset, readNat32, readNat64 } from '../candid/reader';
import { HostPointer } from '../externals/addresses';
import { JS_NewObject, JSContext, JSValue } from '../externals/quickjs';
import { NONE, throwCoded, throwTypeError } from '../quickjs/errors';
import { beginMessage, endMessage, putLiteral } from '../quickjs/message';
import { defineValue } from '../quickjs/objects';
import { arrayOf, freeAll } from '../quickjs/shapes';
import { isText, textValue } from '../quickjs/text';
import {
  argumentAt,
  EXCEPTION,
  fromBool,
  fromF64,
  fromI32,
  MAX_SAFE_INTEGER,
  UNDEFINED,
  VALUE_SIZE,
} from '../quickjs/values';
import { isCallingFunction, throwInFunction } from './function-calls';
import { throwOutOfMemory } from './sqlite-errors';

const MOST_ARGUMENTS: i32 = 16;
const values: HostPointer = <u32>memory.data(128, 8);

/** Throws what the reader found wrong with the message. */
export function throwMalformed(context: JSContext): JSValue {
  beginMessage();
  putLiteral('The argument is not what this method takes: ');
  putLiteral(failureText());
  return throwCoded(context, 'CANDID_MALFORMED', endMessage(), NONE, failedAt());
}

/** `receive(...types)`: decodes the message's arguments by type, into an array. */
export function receive(
  context: JSContext,
  _self: JSValue,
  count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  if (count > MOST_ARGUMENTS) return throwTypeError(context, 'receive knows at most 16 arguments');
  if (isCallingFunction()) return throwInFunction(context);
  if (!receiveMessage()) return throwOutOfMemory(context);
  let decoded = 0;
  for (; decoded < count && !failed(); decoded++) {
    const value = decode(context, argumentAt(argumentsPointer, decoded));
    if (value === EXCEPTION) break;
    store<u64>(values + <u32>decoded * VALUE_SIZE, value);
  }
  if (decoded === count) finishArguments();
  if (decoded === count && !failed()) return arrayOf(context, values, count);
  freeAll(context, values, decoded);
  return failed() ? throwMalformed(context) : EXCEPTION;
}

function decode(context: JSContext, type: JSValue): JSValue {
  if (isText(context, type, 'text')) return decodeText(context);
  if (isText(context, type, 'opt text')) return decodeOptionalText(context);
  if (isText(context, type, 'nat64')) return decodeNat64();
  if (isText(context, type, 'nat32')) return decodeNat32();
  if (isText(context, type, 'bool')) return fromBool(readBool(nextArgument()));
  if (isText(context, type, 'blob')) return decodeBlob(context);
  if (isText(context, type, 'principal')) return decodePrincipal(context);
  return throwTypeError(context, 'receive knows text, opt text, nat64, nat32, bool, blob and principal');
}

function decodeText(context: JSContext): JSValue {
  readText(nextArgument());
  return failed() ? UNDEFINED : textValue(context, readStart(), readLength());
}

function decodeOptionalText(context: JSContext): JSValue {
  return readOptionalText() && !failed() ? textValue(context, readStart(), readLength()) : UNDEFINED;
}

/** As a number; what a number cannot hold is refused. */
function decodeNat64(): JSValue {
  expectType(nextArgument(), TYPE_NAT64, 'a nat64 was expected');
  const value = readNat64();
  if (value > <u64>MAX_SAFE_INTEGER) fail('a nat64 is larger than 2^53 - 1');
  return fromF64(<f64>value);
}

function decodeNat32(): JSValue {
  expectType(nextArgument(), TYPE_NAT32, 'a nat32 was expected');
  return fromF64(<f64>readNat32());
}

/** Its place in the message, as `{ offset, length }`. */
function decodeBlob(context: JSContext): JSValue {
  readBlob(nextArgument());
  if (failed()) return UNDEFINED;
  const slice = JS_NewObject(context);
  defineValue(context, slice, 'offset', fromI32(<i32>(offset() - readLength())));
  defineValue(context, slice, 'length', fromI32(<i32>readLength()));
  return slice;
}

function decodePrincipal(context: JSContext): JSValue {
  readPrincipal(nextArgument());
  if (failed()) return UNDEFINED;
  writePrincipalText(readStart(), readLength());
  return textValue(context, principalText(), principalTextLength());
}
