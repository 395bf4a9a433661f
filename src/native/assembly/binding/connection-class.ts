// The class of connection objects. An open archive answers to one.

import { trap } from '../engine/trap';
import { HostPointer } from '../externals/addresses';
import {
  JS_GetOpaque,
  JS_NewObject,
  JS_NewObjectProtoClass,
  JS_SetOpaque,
  JSContext,
  JSRuntime,
  JSValue,
} from '../externals/quickjs';
import { defineClass } from '../quickjs/objects';
import { EXCEPTION, isException } from '../quickjs/values';
import { closeArchive } from './archives';
import { setConnectionClass } from './connection-access';
import { defineConnectionMethods } from './connection-methods';
import { freeConnectionRecord, isRunning } from './connection-record';
import { currentContext } from './context';

let classId: u32 = 0;
let prototype: JSValue = 0;

export function prepareConnectionClass(context: JSContext): void {
  classId = defineClass(context, 'Connection', collect.index);
  setConnectionClass(classId);
  prototype = JS_NewObject(context);
  defineConnectionMethods(context, prototype);
}

/** The object of an opened archive. Takes over the record. */
export function wrapConnection(context: JSContext, record: HostPointer): JSValue {
  const object = JS_NewObjectProtoClass(context, prototype, classId);
  if (isException(object)) {
    closeArchive(context, record);
    freeConnectionRecord(record);
    return EXCEPTION;
  }
  JS_SetOpaque(object, record);
  return object;
}

function collect(_runtime: JSRuntime, value: JSValue): void {
  const record = JS_GetOpaque(value, classId);
  if (record === 0) return;
  if (isRunning(record)) trap('Tabularium: a connection was let go of while one of its statements ran');
  closeArchive(currentContext(), record);
  freeConnectionRecord(record);
}
