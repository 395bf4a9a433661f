import type { Exceptions } from './exceptions';
import type { Exchange } from './exchange';
import { EXCEPTION, type Handles, type Packed } from './handles';
import type { Names } from './names';
import type { NativeObjects } from './native-objects';

/** Where a class definition has its finalizer. */
const CLASS_FINALIZER = 4;
/** QuickJS's number of the class ArrayBuffer. */
const CLASS_ARRAY_BUFFER = 19;
const PROPERTY_CONFIGURABLE = 1;
const PROPERTY_WRITABLE = 2;
const PROPERTY_ENUMERABLE = 4;

export interface ObjectsHost {
  readonly handles: Handles;
  readonly exchange: Exchange;
  readonly exceptions: Exceptions;
  readonly names: Names;
  readonly objects: NativeObjects;
}

/** Objects with their properties, and classes of native code. */
export function objectsImports(host: ObjectsHost) {
  const { handles, exchange, exceptions, names, objects } = host;
  const object = <T extends object>(packed: Packed) => handles.unpack(packed) as T;
  return {
    // Node's objects have no shapes in linear memory, so that native code never asks for one.
    JS_NewObjectFromShape: () => EXCEPTION,
    JS_NewObject: () => handles.pack({}),
    js_create_array: (_context: number, length: number, elements: number) =>
      handles.pack(exchange.readValues(elements, length)),
    JS_IsArray: (_context: number, value: Packed) => (Array.isArray(handles.unpack(value)) ? 1 : 0),
    js_get_length32: (_context: number, lengthOut: number, value: Packed) =>
      exceptions.guard(-1, () => {
        exchange.writeU32(lengthOut, object<{ length: number }>(value).length >>> 0);
        return 0;
      }),

    JS_NewAtomLen: (_context: number, text: number, length: number) =>
      names.intern(exchange.readText(text, length)),
    JS_AtomToString: (_context: number, atom: number) => handles.pack(names.name(atom)),
    JS_FreeAtom: (_context: number, atom: number) => names.free(atom),
    JS_HasProperty: (_context: number, value: Packed, atom: number) =>
      exceptions.guard(-1, () => (names.name(atom) in object(value) ? 1 : 0)),
    JS_GetOwnPropertyInternal: (_context: number, descriptor: number, index: number, atom: number) =>
      exceptions.guard(-1, () => {
        const found = Object.getOwnPropertyDescriptor(handles.valueOf(index) as object, names.name(atom));
        if (found !== undefined) exchange.writeDescriptor(descriptor, found);
        return found === undefined ? 0 : 1;
      }),
    JS_GetOwnPropertyNames: (_context: number, namesOut: number, countOut: number, value: Packed) =>
      exceptions.guard(-1, () => {
        const keys = Object.keys(object(value));
        const atoms = keys.map((key) => names.intern(key));
        exchange.writeU32(namesOut, exchange.lendNames(atoms));
        exchange.writeU32(countOut, atoms.length);
        return 0;
      }),
    JS_GetPropertyStr: (_context: number, value: Packed, name: number) =>
      exceptions.guard(EXCEPTION, () => {
        const key = exchange.readCString(name);
        return handles.pack(object<Record<string, unknown>>(value)[key]);
      }),
    JS_GetPropertyInt64: (_context: number, value: Packed, index: bigint) =>
      exceptions.guard(EXCEPTION, () => handles.pack(object<Record<number, unknown>>(value)[Number(index)])),
    JS_DefinePropertyValue: (_context: number, target: Packed, atom: number, value: Packed, flags: number) =>
      define(host, target, names.name(atom), value, flags),
    JS_DefinePropertyValueStr: (
      _context: number,
      target: Packed,
      name: number,
      value: Packed,
      flags: number,
    ) => define(host, target, exchange.readCString(name), value, flags),

    JS_NewClassID: () => objects.newClass(),
    JS_NewClass: (_runtime: number, classId: number, definition: number) => {
      objects.setFinalizer(classId, exchange.readU32(definition + CLASS_FINALIZER));
      return 0;
    },
    JS_NewObjectProtoClass: (_context: number, prototype: Packed, classId: number) =>
      handles.pack(objects.create(object(prototype), classId)),
    JS_SetOpaque: (value: Packed, opaque: number) => {
      objects.setOpaque(object(value), opaque);
      return 0;
    },
    JS_GetOpaque: (value: Packed, classId: number) => opaqueOf(host, handles.unpack(value), classId),
  };
}

function opaqueOf({ objects }: ObjectsHost, value: unknown, classId: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (classId === CLASS_ARRAY_BUFFER) return value instanceof ArrayBuffer ? 1 : 0;
  return objects.opaqueOf(value, classId);
}

function define(host: ObjectsHost, target: Packed, name: string, packed: Packed, flags: number): number {
  const value = host.handles.take(packed);
  return host.exceptions.guard(-1, () => {
    Object.defineProperty(host.handles.unpack(target), name, {
      value,
      configurable: (flags & PROPERTY_CONFIGURABLE) !== 0,
      writable: (flags & PROPERTY_WRITABLE) !== 0,
      enumerable: (flags & PROPERTY_ENUMERABLE) !== 0,
    });
    return 1;
  });
}
