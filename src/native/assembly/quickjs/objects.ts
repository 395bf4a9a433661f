// Objects, arrays, functions and classes of the host, as the binding builds them.

import { HostPointer, TableIndex } from '../externals/addresses';
import {
  JS_DefinePropertyValue,
  JS_DefinePropertyValueStr,
  JS_FreeValue,
  JS_GetFunctionProto,
  JS_GetRuntime,
  JS_NewAtomLen,
  JS_NewCFunction3,
  JS_NewClass,
  JS_NewClassID,
  JSContext,
  JSValue,
} from '../externals/quickjs';
import { literal, messageLength } from './message';
import { OUT } from './scratch';

const PROPERTY_CONFIGURABLE: i32 = 1;
const PROPERTY_WRITABLE: i32 = 2;
const PROPERTY_ENUMERABLE: i32 = 4;
/** Flags of a property as an assignment makes it. */
export const PROPERTY_PLAIN: i32 = PROPERTY_CONFIGURABLE | PROPERTY_WRITABLE | PROPERTY_ENUMERABLE;
/** Flags of a method. */
const PROPERTY_METHOD: i32 = PROPERTY_CONFIGURABLE | PROPERTY_WRITABLE;

const GENERIC_PROTOCOL: i32 = 0;

// JSClassDef: six words, of which only the first two are used.
const CLASS_DEFINITION_SIZE: u32 = 24;
const CLASS_NAME: u32 = 0;
const CLASS_FINALIZER: u32 = 4;
const classDefinition: HostPointer = <u32>memory.data(24, 4);

/** Adds a native method. `length` is the least number of arguments that the function may read. */
export function defineMethod(
  context: JSContext,
  target: JSValue,
  name: string,
  functionIndex: TableIndex,
  length: i32,
): void {
  const prototype = JS_GetFunctionProto(context);
  const method = JS_NewCFunction3(
    context,
    functionIndex,
    literal(name),
    length,
    GENERIC_PROTOCOL,
    0,
    prototype,
  );
  JS_FreeValue(context, prototype);
  JS_DefinePropertyValueStr(context, target, literal(name), method, PROPERTY_METHOD);
}

/** Adds a property and takes over its value. */
export function defineValue(context: JSContext, target: JSValue, name: string, value: JSValue): void {
  JS_DefinePropertyValueStr(context, target, literal(name), value, PROPERTY_PLAIN);
}

/** The atom of a literal, owned by the caller. */
export function atomOf(context: JSContext, name: string): u32 {
  const text = literal(name);
  return JS_NewAtomLen(context, text, messageLength());
}

/** Adds a property by its atom and takes over its value; false when it threw. */
export function defineAtom(context: JSContext, target: JSValue, atom: u32, value: JSValue): bool {
  return JS_DefinePropertyValue(context, target, atom, value, PROPERTY_PLAIN) >= 0;
}

/** Makes a class whose objects carry a host pointer; `finalizerIndex` is called as `(runtime, value)`. */
export function defineClass(context: JSContext, name: string, finalizerIndex: TableIndex): u32 {
  const runtime = JS_GetRuntime(context);
  store<u32>(OUT, 0);
  const classId = JS_NewClassID(runtime, OUT);
  memory.fill(classDefinition, 0, CLASS_DEFINITION_SIZE);
  store<u32>(classDefinition + CLASS_NAME, literal(name));
  store<u32>(classDefinition + CLASS_FINALIZER, finalizerIndex);
  JS_NewClass(runtime, classId, classDefinition);
  return classId;
}
