import { SectionId, type WasmModule } from './module';
import { Reader } from './reader';
import { Writer } from './writer';

/** Value type bytes. */
export const ValueType = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
  funcref: 0x70,
  externref: 0x6f,
} as const;

/** A value type byte; unknown ones are kept as they are, so that validation can name them. */
export type ValueType = number;

const FUNCTION_TYPE_FORM = 0x60;

const VALUE_TYPE_NAMES = new Map<number, string>(
  Object.entries(ValueType).map(([name, byte]) => [byte, name]),
);

export interface FunctionType {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** Size bounds of a memory (in 64 KiB pages) or a table (in elements). */
export interface Limits {
  readonly minimum: number;
  readonly maximum?: number;
  readonly shared: boolean;
  /** Addresses are 64 bits wide. */
  readonly wide: boolean;
}

export interface TableType {
  readonly elementType: ValueType;
  readonly limits: Limits;
}

export interface GlobalType {
  readonly valueType: ValueType;
  readonly mutable: boolean;
}

export function valueTypeName(type: ValueType): string {
  return VALUE_TYPE_NAMES.get(type) ?? `type 0x${type.toString(16)}`;
}

/** As WAT prints it: `(i32, i64) -> (i32)`. */
export function functionTypeText(type: FunctionType): string {
  const list = (types: readonly ValueType[]) => `(${types.map(valueTypeName).join(', ')})`;
  return `${list(type.parameters)} -> ${list(type.results)}`;
}

export function readTypes(module: WasmModule): FunctionType[] {
  const body = module.body(SectionId.type);
  if (!body) return [];
  const reader = new Reader(body);
  const types = reader.vector((item) => {
    const form = item.byte();
    if (form !== FUNCTION_TYPE_FORM) item.fail(`type form 0x${form.toString(16)} is not a function type`);
    const parameters = item.vector((value) => value.byte());
    const results = item.vector((value) => value.byte());
    return { parameters, results };
  });
  reader.expectEnd('type section');
  return types;
}

export function writeTypes(module: WasmModule, types: readonly FunctionType[]): void {
  const writer = new Writer();
  writer.vector(types, (item, type) => {
    item.byte(FUNCTION_TYPE_FORM);
    item.vector(type.parameters, (value, parameter) => value.byte(parameter));
    item.vector(type.results, (value, result) => value.byte(result));
  });
  module.setBody(SectionId.type, writer.finish());
}

/** Index of an equal type, which is appended when there is none. */
export function internType(types: FunctionType[], wanted: FunctionType): number {
  const text = functionTypeText(wanted);
  const present = types.findIndex((type) => functionTypeText(type) === text);
  return present >= 0 ? present : types.push(wanted) - 1;
}

const LIMITS_MAXIMUM = 1;
const LIMITS_SHARED = 2;
const LIMITS_WIDE = 4;

export function readLimits(reader: Reader): Limits {
  const flags = reader.byte();
  if (flags > (LIMITS_MAXIMUM | LIMITS_SHARED | LIMITS_WIDE)) reader.fail(`unknown limits flags ${flags}`);
  const wide = (flags & LIMITS_WIDE) !== 0;
  const size = () => (wide ? Number(reader.u64()) : reader.u32());
  const minimum = size();
  const shared = (flags & LIMITS_SHARED) !== 0;
  return flags & LIMITS_MAXIMUM ? { minimum, maximum: size(), shared, wide } : { minimum, shared, wide };
}

export function writeLimits(writer: Writer, limits: Limits): void {
  const flags =
    (limits.maximum === undefined ? 0 : LIMITS_MAXIMUM) |
    (limits.shared ? LIMITS_SHARED : 0) |
    (limits.wide ? LIMITS_WIDE : 0);
  const size = (value: number) => (limits.wide ? writer.u64(BigInt(value)) : writer.u32(value));
  writer.byte(flags);
  size(limits.minimum);
  if (limits.maximum !== undefined) size(limits.maximum);
}

export function readTableType(reader: Reader): TableType {
  return { elementType: reader.byte(), limits: readLimits(reader) };
}

export function writeTableType(writer: Writer, type: TableType): void {
  writer.byte(type.elementType);
  writeLimits(writer, type.limits);
}

export function readGlobalType(reader: Reader): GlobalType {
  const valueType = reader.byte();
  const mutability = reader.byte();
  if (mutability > 1) reader.fail(`unknown mutability ${mutability}`);
  return { valueType, mutable: mutability === 1 };
}

export function writeGlobalType(writer: Writer, type: GlobalType): void {
  writer.byte(type.valueType);
  writer.byte(type.mutable ? 1 : 0);
}
