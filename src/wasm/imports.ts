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

/** Kind bytes shared by imports and exports. */
export const ExternalKind = { function: 0, table: 1, memory: 2, global: 3, tag: 4 } as const;

export type ImportDescription =
  | { readonly kind: 'function'; readonly typeIndex: number }
  | { readonly kind: 'table'; readonly type: TableType }
  | { readonly kind: 'memory'; readonly limits: Limits }
  | { readonly kind: 'global'; readonly type: GlobalType }
  | { readonly kind: 'tag'; readonly typeIndex: number };

export type Import = ImportDescription & { readonly module: string; readonly name: string };

export type FunctionImport = Extract<Import, { kind: 'function' }>;

export function readImports(module: WasmModule): Import[] {
  const body = module.body(SectionId.import);
  if (!body) return [];
  const reader = new Reader(body);
  const imports = reader.vector((item): Import => {
    const origin = { module: item.text(), name: item.text() };
    return { ...origin, ...readDescription(item) };
  });
  reader.expectEnd('import section');
  return imports;
}

function readDescription(reader: Reader): ImportDescription {
  const kind = reader.byte();
  switch (kind) {
    case ExternalKind.function:
      return { kind: 'function', typeIndex: reader.u32() };
    case ExternalKind.table:
      return { kind: 'table', type: readTableType(reader) };
    case ExternalKind.memory:
      return { kind: 'memory', limits: readLimits(reader) };
    case ExternalKind.global:
      return { kind: 'global', type: readGlobalType(reader) };
    case ExternalKind.tag: {
      reader.byte();
      return { kind: 'tag', typeIndex: reader.u32() };
    }
    default:
      return reader.fail(`unknown import kind ${kind}`);
  }
}

export function writeImports(module: WasmModule, imports: readonly Import[]): void {
  if (imports.length === 0) {
    module.remove(SectionId.import);
    return;
  }
  const writer = new Writer();
  writer.vector(imports, (item, entry) => {
    item.text(entry.module);
    item.text(entry.name);
    item.byte(ExternalKind[entry.kind]);
    writeDescription(item, entry);
  });
  module.setBody(SectionId.import, writer.finish());
}

function writeDescription(writer: Writer, description: ImportDescription): void {
  switch (description.kind) {
    case 'function':
      writer.u32(description.typeIndex);
      return;
    case 'table':
      writeTableType(writer, description.type);
      return;
    case 'memory':
      writeLimits(writer, description.limits);
      return;
    case 'global':
      writeGlobalType(writer, description.type);
      return;
    case 'tag':
      writer.byte(0);
      writer.u32(description.typeIndex);
  }
}

/** Imported functions in index order: their position is their function index. */
export function functionImports(imports: readonly Import[]): FunctionImport[] {
  return imports.filter((entry): entry is FunctionImport => entry.kind === 'function');
}
