import { type ConstantExpression, readConstantExpression } from './constant-expression';
import { SectionId, type WasmModule } from './module';
import { Reader } from './reader';
import {
  type GlobalType,
  type Limits,
  readGlobalType,
  readLimits,
  readTableType,
  type TableType,
  writeGlobalType,
  writeLimits,
  writeTableType,
} from './types';
import { Writer } from './writer';

/** A global that the module defines. */
export interface Global {
  readonly type: GlobalType;
  readonly initializer: ConstantExpression;
}

/** Reads a section that is one vector; an absent section is an empty vector. */
function readVector<Item>(
  module: WasmModule,
  id: SectionId,
  what: string,
  read: (reader: Reader) => Item,
): Item[] {
  const body = module.body(id);
  if (!body) return [];
  const reader = new Reader(body);
  const items = reader.vector(read);
  reader.expectEnd(what);
  return items;
}

/** Type indices of the defined functions, in order; the function's index is its position plus the imported functions. */
export function readFunctions(module: WasmModule): number[] {
  return readVector(module, SectionId.function, 'function section', (reader) => reader.u32());
}

export function writeFunctions(module: WasmModule, typeIndices: readonly number[]): void {
  const writer = new Writer();
  writer.vector(typeIndices, (item, typeIndex) => item.u32(typeIndex));
  module.setBody(SectionId.function, writer.finish());
}

export function readTables(module: WasmModule): TableType[] {
  return readVector(module, SectionId.table, 'table section', readTableType);
}

export function writeTables(module: WasmModule, tables: readonly TableType[]): void {
  const writer = new Writer();
  writer.vector(tables, writeTableType);
  module.setBody(SectionId.table, writer.finish());
}

export function readMemories(module: WasmModule): Limits[] {
  return readVector(module, SectionId.memory, 'memory section', readLimits);
}

export function writeMemories(module: WasmModule, memories: readonly Limits[]): void {
  const writer = new Writer();
  writer.vector(memories, writeLimits);
  module.setBody(SectionId.memory, writer.finish());
}

export function readGlobals(module: WasmModule): Global[] {
  return readVector(module, SectionId.global, 'global section', (reader) => {
    const type = readGlobalType(reader);
    return { type, initializer: readConstantExpression(reader) };
  });
}

export function writeGlobals(module: WasmModule, globals: readonly Global[]): void {
  const writer = new Writer();
  writer.vector(globals, (item, global) => {
    writeGlobalType(item, global.type);
    item.bytes(global.initializer.bytes);
  });
  module.setBody(SectionId.global, writer.finish());
}

/** Index of the start function, or undefined. */
export function readStart(module: WasmModule): number | undefined {
  const body = module.body(SectionId.start);
  return body ? new Reader(body).u32() : undefined;
}
