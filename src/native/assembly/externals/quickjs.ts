// QuickJS's C functions (quickjs-ng, as Azle's rquickjs embeds it), linked by name. In Node src/native/node answers them.
//
// A JSValue parameter is borrowed and a JSValue result is owned by the caller, except where a comment says otherwise.
// Classes are known by number, property names by atom.

import { HostPointer, TableIndex } from './addresses';

/** NaN-boxed: the tag in the upper half, the payload in the lower. Its encoding is known to quickjs/values. */
export type JSValue = u64;
export type JSContext = HostPointer;
export type JSRuntime = HostPointer;

/** Owned by the caller. Invalid UTF-8 becomes U+FFFD. */
@external("quickjs", "JS_NewStringLen")
export declare function JS_NewStringLen(context: JSContext, text: HostPointer, byteLength: i32): JSValue;

/** Returns UTF-8 (lone surrogates as three bytes each) to be given back with JS_FreeCString; 0 when it threw. */
@external("quickjs", "JS_ToCStringLen2")
export declare function JS_ToCStringLen2(context: JSContext, byteLengthOut: HostPointer, value: JSValue, cesu8: i32): HostPointer;

@external("quickjs", "JS_FreeCString")
export declare function JS_FreeCString(context: JSContext, text: HostPointer): void;

@external("quickjs", "JS_NewBigInt64")
export declare function JS_NewBigInt64(context: JSContext, value: i64): JSValue;

@external("quickjs", "JS_NewBigUint64")
export declare function JS_NewBigUint64(context: JSContext, value: u64): JSValue;

@external("quickjs", "JS_FreeValue")
export declare function JS_FreeValue(context: JSContext, value: JSValue): void;

@external("quickjs", "JS_DupValue")
export declare function JS_DupValue(context: JSContext, value: JSValue): JSValue;

@external("quickjs", "JS_NewObject")
export declare function JS_NewObject(context: JSContext): JSValue;

@external("quickjs", "JS_NewObjectProtoClass")
export declare function JS_NewObjectProtoClass(context: JSContext, prototype: JSValue, classId: u32): JSValue;

/** Takes a reference to the shape over. Its properties hold no values yet, and must get some before anything else runs. */
@external("quickjs", "JS_NewObjectFromShape")
export declare function JS_NewObjectFromShape(context: JSContext, shape: HostPointer, classId: u32): JSValue;

/** Duplicates every element: the caller still owns its own references. */
@external("quickjs", "js_create_array")
export declare function js_create_array(context: JSContext, length: i32, elements: HostPointer): JSValue;

@external("quickjs", "JS_NewAtomLen")
export declare function JS_NewAtomLen(context: JSContext, text: HostPointer, byteLength: i32): u32;

@external("quickjs", "JS_FreeAtom")
export declare function JS_FreeAtom(context: JSContext, atom: u32): void;

@external("quickjs", "JS_AtomToString")
export declare function JS_AtomToString(context: JSContext, atom: u32): JSValue;

/** Takes over `value`. Returns -1 when it threw. */
@external("quickjs", "JS_DefinePropertyValue")
export declare function JS_DefinePropertyValue(context: JSContext, object: JSValue, atom: u32, value: JSValue, flags: i32): i32;

/** Takes over `value`. Returns -1 when it threw. */
@external("quickjs", "JS_DefinePropertyValueStr")
export declare function JS_DefinePropertyValueStr(context: JSContext, object: JSValue, name: HostPointer, value: JSValue, flags: i32): i32;

/** Returns -1 when it threw. */
@external("quickjs", "JS_HasProperty")
export declare function JS_HasProperty(context: JSContext, object: JSValue, atom: u32): i32;

/**
 * `object` is the address of the object itself. 1 when it has such a property of its own, which is then described:
 * flags in 4 bytes, at 8 the value, at 16 the getter and at 24 the setter, owned by the caller. -1 when it threw.
 */
@external("quickjs", "JS_GetOwnPropertyInternal")
export declare function JS_GetOwnPropertyInternal(context: JSContext, descriptorOut: HostPointer, object: HostPointer, atom: u32): i32;

/**
 * The names of an object's own properties, in memory of QuickJS's heap: 8 bytes each, the atom (owned by the caller) in
 * the upper 4. Returns -1 when it threw.
 */
@external("quickjs", "JS_GetOwnPropertyNames")
export declare function JS_GetOwnPropertyNames(
  context: JSContext,
  namesOut: HostPointer,
  countOut: HostPointer,
  object: JSValue,
  flags: i32,
): i32;

@external("quickjs", "JS_GetPropertyStr")
export declare function JS_GetPropertyStr(context: JSContext, object: JSValue, name: HostPointer): JSValue;

@external("quickjs", "JS_GetPropertyInt64")
export declare function JS_GetPropertyInt64(context: JSContext, object: JSValue, index: i64): JSValue;

/** Returns -1 when it threw. */
@external("quickjs", "js_get_length32")
export declare function js_get_length32(context: JSContext, lengthOut: HostPointer, object: JSValue): i32;

/** 1 for an array, 0 for anything else, -1 when it threw (a revoked proxy). */
@external("quickjs", "JS_IsArray")
export declare function JS_IsArray(context: JSContext, value: JSValue): i32;

@external("quickjs", "JS_IsFunction")
export declare function JS_IsFunction(context: JSContext, value: JSValue): i32;

@external("quickjs", "JS_GetGlobalObject")
export declare function JS_GetGlobalObject(context: JSContext): JSValue;

@external("quickjs", "JS_GetFunctionProto")
export declare function JS_GetFunctionProto(context: JSContext): JSValue;

/** `functionIndex` is a table index. The prototype is borrowed. */
@external("quickjs", "JS_NewCFunction3")
export declare function JS_NewCFunction3(
  context: JSContext,
  functionIndex: TableIndex,
  name: HostPointer,
  length: i32,
  protocol: i32,
  magic: i32,
  prototype: JSValue,
): JSValue;

/** The function, its `this` and its arguments are borrowed. */
@external("quickjs", "JS_Call")
export declare function JS_Call(context: JSContext, callee: JSValue, self: JSValue, argumentCount: i32, argumentsPointer: HostPointer): JSValue;

@external("quickjs", "JS_GetRuntime")
export declare function JS_GetRuntime(context: JSContext): JSRuntime;

/** Allocates a class id into `*classIdOut` when that is 0. */
@external("quickjs", "JS_NewClassID")
export declare function JS_NewClassID(runtime: JSRuntime, classIdOut: HostPointer): u32;

/** Returns a negative number on failure. */
@external("quickjs", "JS_NewClass")
export declare function JS_NewClass(runtime: JSRuntime, classId: u32, definition: HostPointer): i32;

/** Only for objects of a class made with JS_NewClass. */
@external("quickjs", "JS_SetOpaque")
export declare function JS_SetOpaque(object: JSValue, opaque: HostPointer): i32;

/** 0 when the value is no object of this class. Never throws. The built-in classes have numbers of their own. */
@external("quickjs", "JS_GetOpaque")
export declare function JS_GetOpaque(object: JSValue, classId: u32): HostPointer;

/** Takes over `error`; returns the exception marker. */
@external("quickjs", "JS_Throw")
export declare function JS_Throw(context: JSContext, error: JSValue): JSValue;

/** Takes the pending exception out of the context. */
@external("quickjs", "JS_GetException")
export declare function JS_GetException(context: JSContext): JSValue;

/** `format` is C's; `variadics` points to its arguments, 4 bytes each. Cut after 255 bytes. */
@external("quickjs", "JS_ThrowTypeError")
export declare function JS_ThrowTypeError(context: JSContext, format: HostPointer, variadics: HostPointer): JSValue;

/** As {@link JS_ThrowTypeError}. */
@external("quickjs", "JS_ThrowRangeError")
export declare function JS_ThrowRangeError(context: JSContext, format: HostPointer, variadics: HostPointer): JSValue;

/** -1 for anything that is no typed array. */
@external("quickjs", "JS_GetTypedArrayType")
export declare function JS_GetTypedArrayType(value: JSValue): i32;

/** The underlying ArrayBuffer, owned by the caller; the exception marker when it threw. */
@external("quickjs", "JS_GetTypedArrayBuffer")
export declare function JS_GetTypedArrayBuffer(
  context: JSContext,
  array: JSValue,
  byteOffsetOut: HostPointer,
  byteLengthOut: HostPointer,
  bytesPerElementOut: HostPointer,
): JSValue;

/** The bytes, valid while the buffer is held. 0 when it threw because `value` is no ArrayBuffer, or is detached. */
@external("quickjs", "JS_GetArrayBuffer")
export declare function JS_GetArrayBuffer(context: JSContext, byteLengthOut: HostPointer, value: JSValue): HostPointer;

/** Takes over the bytes: QuickJS calls table function `free(runtime, opaque, bytes)` at the end of the buffer's life. */
@external("quickjs", "JS_NewArrayBuffer")
export declare function JS_NewArrayBuffer(
  context: JSContext,
  bytes: HostPointer,
  byteLength: i32,
  freeFunctionIndex: TableIndex,
  opaque: HostPointer,
  isShared: i32,
): JSValue;

/** `argumentsPointer` holds three values: the buffer, the offset and the length. */
@external("quickjs", "JS_NewTypedArray")
export declare function JS_NewTypedArray(context: JSContext, argumentCount: i32, argumentsPointer: HostPointer, type: i32): JSValue;

/** Memory of QuickJS's own heap. */
@external("quickjs", "js_malloc")
export declare function js_malloc(context: JSContext, byteLength: i32): HostPointer;

@external("quickjs", "js_free")
export declare function js_free(context: JSContext, pointer: HostPointer): void;

/** The wrapped original: makes a context with all intrinsics. */
@external("quickjs", "JS_NewContext")
export declare function JS_NewContext(runtime: JSRuntime): JSContext;

/** The wrapped original: runs one pending job; 0 when there was none, less when it threw. */
@external("quickjs", "JS_ExecutePendingJob")
export declare function JS_ExecutePendingJob(runtime: JSRuntime, contextOut: HostPointer): i32;
