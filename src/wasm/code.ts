import { SectionId, type WasmModule } from './module';
import { Reader } from './reader';
import type { ValueType } from './types';
import { Writer } from './writer';

export interface LocalGroup {
  readonly count: number;
  readonly type: ValueType;
}

/** Where one function body lies in the code section's bytes; nothing is copied. */
export interface FunctionBody {
  /** Position of the first byte of the local declarations. */
  readonly start: number;
  /** Position of the first instruction. */
  readonly instructions: number;
  /** Position behind the final `end`. */
  readonly end: number;
  readonly locals: readonly LocalGroup[];
}

export interface CodeSection {
  readonly bytes: Uint8Array;
  readonly bodies: readonly FunctionBody[];
}

const NO_CODE: CodeSection = { bytes: new Uint8Array(0), bodies: [] };

export function readCode(module: WasmModule): CodeSection {
  const bytes = module.body(SectionId.code);
  if (!bytes) return NO_CODE;
  const reader = new Reader(bytes);
  const bodies = reader.vector((item): FunctionBody => {
    const size = item.u32();
    const start = item.position;
    const end = start + size;
    if (end > bytes.length) item.fail('function body runs past the code section');
    const locals = item.vector((local) => ({ count: local.u32(), type: local.byte() }));
    const instructions = item.position;
    if (instructions >= end) item.fail('function body without instructions');
    item.position = end;
    return { start, instructions, end, locals };
  });
  reader.expectEnd('code section');
  return { bytes, bodies };
}

export function countLocals(body: FunctionBody): number {
  return body.locals.reduce((sum, group) => sum + group.count, 0);
}

/** Writes local declarations followed by nothing: instructions come after. */
export function writeLocals(writer: Writer, locals: readonly LocalGroup[]): void {
  writer.vector(locals, (item, group) => {
    item.u32(group.count);
    item.byte(group.type);
  });
}

/** Builds a code section from bodies that are given one after another, in function order. */
export class CodeWriter {
  private readonly writer: Writer;
  private count = 0;

  /** @param expectedBytes rough size of the result, so that the buffer rarely moves */
  constructor(expectedBytes = 1 << 16) {
    this.writer = new Writer(expectedBytes);
  }

  /** @param body local declarations and instructions with the final `end`, without the size prefix */
  add(body: Uint8Array): void {
    this.writer.lengthPrefixed(body);
    this.count++;
  }

  /** Sets the module's code section; its function section must list as many functions. */
  store(module: WasmModule): void {
    const section = new Writer(this.writer.length + 8);
    section.u32(this.count);
    section.bytes(this.writer.view());
    module.setBody(SectionId.code, section.finish());
  }
}
