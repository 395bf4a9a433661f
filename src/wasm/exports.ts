import { ExternalKind } from './imports';
import { SectionId, type WasmModule } from './module';
import { Reader } from './reader';
import { Writer } from './writer';

export type ExportKind = keyof typeof ExternalKind;

export interface Export {
  readonly name: string;
  readonly kind: ExportKind;
  /** Index in the index space of `kind`, imports first. */
  readonly index: number;
}

const KINDS = Object.keys(ExternalKind) as ExportKind[];

export function readExports(module: WasmModule): Export[] {
  const body = module.body(SectionId.export);
  if (!body) return [];
  const reader = new Reader(body);
  const exports = reader.vector((item): Export => {
    const name = item.text();
    const byte = item.byte();
    const kind = KINDS[byte] ?? item.fail(`unknown export kind ${byte}`);
    return { name, kind, index: item.u32() };
  });
  reader.expectEnd('export section');
  return exports;
}

export function writeExports(module: WasmModule, exports: readonly Export[]): void {
  const writer = new Writer();
  writer.vector(exports, (item, entry) => {
    item.text(entry.name);
    item.byte(ExternalKind[entry.kind]);
    item.u32(entry.index);
  });
  module.setBody(SectionId.export, writer.finish());
}
