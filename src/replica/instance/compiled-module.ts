import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { type MemoryMap, readExports, readMemoryMap, WasmModule } from '../../wasm';
import { validateCanister } from '../../wasm/rules';
import { CanisterTrap, ErrorCode, ReplicaError } from '../errors';
import { type InstrumentedModule, instrument } from '../instrument/instrument';
import { readCallbackSlots } from './callback-table';
import { functionNames } from './function-names';

/** Everything about a canister's code that is the same for every canister that runs it. */
export interface CompiledModule {
  /** SHA-256 of the bytes as they were sent, gzipped or not. */
  readonly hash: Uint8Array;
  /** The module as it was sent. */
  readonly wasm: Uint8Array;
  readonly module: WebAssembly.Module;
  readonly instrumented: InstrumentedModule;
  /** Names of the exported functions that start with `canister_`. */
  readonly entryPoints: ReadonlySet<string>;
  readonly callbackSlots: ReadonlySet<number>;
  /** Contents of custom sections `icp:public <name>` and `icp:private <name>`, by name. */
  readonly metadata: ReadonlyMap<string, Metadata>;
  /** Bytes of `metadata`, names and contents. */
  readonly metadataBytes: number;
  /** Names of the defined functions in order, when they are profiled. */
  readonly profiledNames: readonly string[];
  /** What lives where in its heap, if the module tells. */
  readonly memoryMap: MemoryMap | undefined;
}

export interface Metadata {
  readonly content: Uint8Array;
  /** Whether anybody may read it, and not controllers alone. */
  readonly isPublic: boolean;
}

const compiledByHash = new Map<string, CompiledModule>();

/**
 * Validates, instruments and compiles a module; the same bytes are compiled once in a process.
 *
 * @param bytes a WebAssembly module, gzipped or not
 * @param profile also count the instructions of each function
 * @throws CanisterTrap with `canisterInvalidWasm` when the IC would refuse the module
 * @throws ReplicaError when the IC would take it and this replica cannot run it (64-bit memory, mutable v128 globals)
 */
export function compile(bytes: Uint8Array, profile: boolean): CompiledModule {
  const hash = new Uint8Array(createHash('sha256').update(bytes).digest());
  const key = `${Buffer.from(hash).toString('hex')} ${profile}`;
  const known = compiledByHash.get(key);
  if (known) return known;
  const compiled = compileNew(decompress(bytes), hash, bytes, profile);
  compiledByHash.set(key, compiled);
  return compiled;
}

function decompress(bytes: Uint8Array): Uint8Array {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 0x08;
  if (!isGzip) return bytes;
  try {
    return new Uint8Array(gunzipSync(bytes));
  } catch (error) {
    throw invalid(`cannot decompress the module: ${String(error)}`);
  }
}

function compileNew(wasm: Uint8Array, hash: Uint8Array, sent: Uint8Array, profile: boolean): CompiledModule {
  const { violations, facts } = validateCanister(wasm);
  if (violations.length > 0) throw invalid(violations.map(({ message }) => message).join('; '));
  if (facts.wideMemory)
    throw new ReplicaError(
      'NOT_SUPPORTED',
      'canisters with a 64-bit memory do not run in the embedded replica',
    );
  if (facts.hasMutableVectorGlobal) {
    throw new ReplicaError(
      'NOT_SUPPORTED',
      'canisters with mutable v128 globals do not run in the embedded replica',
    );
  }
  const original = WasmModule.parse(wasm);
  const instrumented = instrument(wasm, profile);
  const entryPoints = readExports(original)
    .filter(({ kind, name }) => kind === 'function' && name.startsWith('canister_'))
    .map(({ name }) => name);
  return {
    hash,
    wasm: sent,
    module: compileInstrumented(wasm, instrumented),
    instrumented,
    entryPoints: new Set(entryPoints),
    callbackSlots: readCallbackSlots(original),
    metadata: readMetadata(original),
    metadataBytes: facts.icpSectionBytes,
    profiledNames: profile ? functionNames(original) : [],
    memoryMap: profile ? readMemoryMap(original) : undefined,
  };
}

function readMetadata(module: WasmModule): ReadonlyMap<string, Metadata> {
  const found = new Map<string, Metadata>();
  for (const { name, body } of module.customSections()) {
    const [, visibility, key] = METADATA_NAME.exec(name) ?? [];
    if (key !== undefined) found.set(key, { content: body, isPublic: visibility === 'public' });
  }
  return found;
}

const METADATA_NAME = /^icp:(public|private) (.*)$/s;

function compileInstrumented(wasm: Uint8Array, instrumented: InstrumentedModule): WebAssembly.Module {
  // V8 checks function bodies: an ill-typed module must be reported as the canister's fault, not as instrumentation's.
  if (!WebAssembly.validate(wasm)) throw invalid('the module is not valid WebAssembly');
  return new WebAssembly.Module(instrumented.bytes);
}

function invalid(message: string): CanisterTrap {
  return new CanisterTrap(`Canister's Wasm module is not valid: ${message}`, ErrorCode.canisterInvalidWasm);
}
