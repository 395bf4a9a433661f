import {
  CodeWriter,
  functionImports,
  internType,
  MiscOpcode,
  Opcode,
  readCode,
  readDataSegments,
  readFunctions,
  readImports,
  readNames,
  readTypes,
  SectionId,
  type WasmModule,
  Writer,
  writeDataSegments,
  writeFunctions,
  writeTypes,
} from '../../wasm';
import { LinkError } from '../errors';

/** Functions of Azle's template whose bodies are put in per canister: the size of a text, and its copy into the heap. */
const TEXTS = [
  { size: 'js_passive_data_size', initialize: 'init_js_passive_data' },
  { size: 'wasm_data_passive_data_size', initialize: 'init_wasm_data_passive_data' },
] as const;

/** Names of the functions that `fillTemplate` and `addMethods` look for. */
export const TEMPLATE_FUNCTIONS: readonly string[] = [
  ...TEXTS.flatMap(({ size, initialize }) => [size, initialize]),
  'init',
  'post_upgrade',
  'execute_method_js',
];

/** Finds functions of a module by their debug names. */
export function indexByName(module: WasmModule): (name: string) => number {
  const byName = new Map([...readNames(module).functions].map(([index, name]) => [name, index]));
  return (name) => {
    const index = byName.get(name);
    if (index !== undefined) return index;
    throw new LinkError(
      'missing-symbol',
      `Azle's template has no function ${name}`,
      'Audit this version of Azle as docs/LINK.md describes',
    );
  };
}

/**
 * Gives Azle's template its canister's JavaScript and settings, as passive data that the two functions of each text hand over.
 * The path that Azle would bake in, by which QuickJS names the module in stack traces, is a plain `main.js` everywhere.
 */
export function fillTemplate(module: WasmModule, javascript: string, azleVersion: string): void {
  const settings = JSON.stringify({ envVars: [['AZLE_VERSION', azleVersion]], mainJsPath: 'main.js' });
  const encoder = new TextEncoder();
  const texts = [encoder.encode(javascript), encoder.encode(settings)];
  const indexOf = indexByName(module);
  const segments = readDataSegments(module);
  const bodies = new Map<number, Uint8Array>();
  texts.forEach((text, position) => {
    const { size, initialize } = TEXTS[position]!;
    bodies.set(indexOf(size), sizeBody(text.length));
    bodies.set(indexOf(initialize), initializeBody(segments.length + position, text.length));
  });
  replaceBodies(module, bodies);
  if (!module.body(SectionId.dataCount)) module.setBody(SectionId.dataCount, Uint8Array.of(0));
  writeDataSegments(module, [...segments, ...texts.map((bytes) => ({ bytes }))]);
}

function sizeBody(size: number): Uint8Array {
  const writer = new Writer(16);
  writer.u32(0);
  writer.byte(Opcode.i32Const);
  writer.s32(size);
  writer.byte(Opcode.end);
  return writer.finish();
}

function initializeBody(segment: number, size: number): Uint8Array {
  const writer = new Writer(32);
  writer.u32(0);
  writer.byte(Opcode.localGet);
  writer.u32(0);
  writer.byte(Opcode.i32Const);
  writer.s32(0);
  writer.byte(Opcode.i32Const);
  writer.s32(size);
  writer.byte(Opcode.miscPrefix);
  writer.u32(MiscOpcode.memoryInit);
  writer.u32(segment);
  writer.u32(0);
  writer.byte(Opcode.end);
  return writer.finish();
}

function replaceBodies(module: WasmModule, bodies: ReadonlyMap<number, Uint8Array>): void {
  const imported = functionImports(readImports(module)).length;
  const code = readCode(module);
  const section = new CodeWriter(code.bytes.length + 1024);
  code.bodies.forEach((body, position) => {
    section.add(bodies.get(position + imported) ?? code.bytes.subarray(body.start, body.end));
  });
  section.store(module);
}

/** A call of a function, with at most one constant. */
interface Call {
  readonly function: number;
  readonly argument?: number;
  /** Its result, where it has one: whether nothing is to be called behind it. */
  readonly endsWhenTrue?: boolean;
}

/** A function `() -> ()` to be added: the functions that it calls one after another. */
export interface CallSequence {
  readonly calls: readonly Call[];
}

/**
 * Appends functions of type `() -> ()`.
 * @returns their indices
 */
export function appendCallSequences(module: WasmModule, sequences: readonly CallSequence[]): number[] {
  const types = readTypes(module);
  const type = internType(types, { parameters: [], results: [] });
  const functions = readFunctions(module);
  const first = functionImports(readImports(module)).length + functions.length;
  const code = readCode(module);
  const section = new CodeWriter(code.bytes.length + 1024);
  for (const body of code.bodies) section.add(code.bytes.subarray(body.start, body.end));
  for (const { calls } of sequences) {
    const writer = new Writer(32);
    writer.u32(0);
    for (const call of calls) {
      if (call.argument !== undefined) {
        writer.byte(Opcode.i32Const);
        writer.s32(call.argument);
      }
      writer.byte(Opcode.call);
      writer.u32(call.function);
      if (call.endsWhenTrue) {
        writer.byte(Opcode.brIf);
        writer.u32(0);
      }
    }
    writer.byte(Opcode.end);
    section.add(writer.view());
  }
  writeTypes(module, types);
  writeFunctions(module, [...functions, ...sequences.map(() => type)]);
  section.store(module);
  return sequences.map((_, position) => first + position);
}
