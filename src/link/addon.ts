import { dirname, join, relative } from 'node:path';
import { readMemories, readTables, WasmModule } from '../wasm';
import type { Cache } from './cache';
import { digestFolders, digestSources } from './cache';
import { HOST_MODULE, NATIVE_MODULE } from './engine/boundary';
import type { EngineDescriptor } from './engine/descriptor';
import { readEngineLayout, relocateEngine } from './engine/relocate';
import { waSqlite } from './engine/wa-sqlite';
import type { WantedFunctions } from './engine/wide-exports';
import { LinkError } from './errors';
import { memoryUsers } from './host/allocator';
import { type AzleDescriptor, azle } from './host/azle';
import { mergeUnits } from './merge/merge';
import { readUnit, type Unit } from './merge/unit';
import { type AddressMap, type HostLayout, layOut, requireStaticDataFits } from './native/address-map';
import { COMPILER_PACKAGE, compileNative } from './native/compile';
import { dropZeroRuns } from './native/zero-runs';
import { findPackage, PACKAGE_ROOT, readAudited, sha256 } from './packages';

/** Import modules that the addon leaves to its host: the IC's system API, QuickJS, and the one memory and table. */
export const HOST_IMPORTS: ReadonlySet<string> = new Set(['ic0', 'quickjs', HOST_MODULE]);

/** Module under which the native module imports the engine's functions. */
const ENGINE_MODULE = 'engine';

/** What a link starts from. Everything but the entry has a default. */
export interface Ingredients {
  readonly engine: EngineDescriptor;
  readonly host: AzleDescriptor;
  /** The project's folder, from which the packages of engine and host are found; the working folder by default. */
  readonly root: string;
  /** Entry file of the native module. */
  readonly nativeEntry: string;
}

export const NATIVE_ENTRY = join(PACKAGE_ROOT, 'src', 'native', 'assembly', 'index.ts');

export function defaultIngredients(): Ingredients {
  return { engine: waSqlite, host: azle, root: process.cwd(), nativeEntry: NATIVE_ENTRY };
}

/** The engine and the native module as one, placed but without a memory: the same bytes run in the canister and in Node. */
export interface Addon {
  readonly bytes: Uint8Array;
  readonly map: AddressMap;
  /** Changes whenever the bytes may change. */
  readonly key: string;
}

export function readTemplate(host: AzleDescriptor, root: string): Uint8Array {
  return readAudited(findPackage(host.packageName, root), { version: host.version, ...host.template });
}

export function readHostLayout(template: WasmModule): HostLayout {
  const [memory, ...otherMemories] = readMemories(template);
  if (!memory || otherMemories.length > 0) {
    throw new LinkError(
      'unexpected-memory',
      'the host does not define exactly one memory',
      'Audit this version of Azle',
    );
  }
  const [table, ...otherTables] = readTables(template);
  if (!table || otherTables.length > 0) {
    throw new LinkError(
      'unexpected-table',
      'the host does not define exactly one table',
      'Audit this version of Azle',
    );
  }
  return { memoryPages: memory.minimum, tableSize: table.limits.minimum };
}

/** @param signal gives up when it fires */
export async function buildAddon(
  ingredients: Ingredients,
  cache: Cache,
  signal?: AbortSignal,
): Promise<Addon> {
  const { engine, host, root, nativeEntry } = ingredients;
  const enginePackage = findPackage(engine.packageName, root, PACKAGE_ROOT);
  const wasm = readAudited(enginePackage, { version: engine.version, ...engine.wasm });
  const glue = readAudited(enginePackage, { version: engine.version, ...engine.glue });
  const layout = readHostLayout(WasmModule.parse(readTemplate(host, root)));
  const original = WasmModule.parse(wasm);
  const names = engine.readNames(new TextDecoder().decode(glue));
  const map = layOut(layout, readEngineLayout(original, engine, names));
  const key = sha256(
    await digestSources(),
    engine.wasm.sha256,
    host.template.sha256,
    findPackage(COMPILER_PACKAGE, PACKAGE_ROOT).version,
    relative(PACKAGE_ROOT, nativeEntry),
    await digestFolders([dirname(nativeEntry)], '.ts'),
  );
  const bytes = await cache.file('addon', key, async () => {
    const native = readUnit(await compileNative(nativeEntry, map, 'optimised', signal), {
      title: 'the native module',
      provides: [NATIVE_MODULE],
    });
    const relocated = relocateEngine(original, engine, names, map, wantedFrom(native, ENGINE_MODULE));
    return joinEngineAndNative(relocated.bytes, native, map, engine.packageName);
  });
  return { bytes, map, key };
}

/** Functions that a unit imports from one module, with the types by which it does. */
function wantedFrom(unit: Unit, module: string): WantedFunctions {
  const entries = unit.importedFunctions.filter((entry) => entry.module === module);
  return new Map(entries.map((entry) => [entry.name, unit.types[entry.typeIndex]!]));
}

function joinEngineAndNative(
  engineBytes: Uint8Array,
  compiled: Unit,
  map: AddressMap,
  engineName: string,
): Uint8Array {
  const engine = readUnit(engineBytes, { title: engineName, provides: [ENGINE_MODULE] });
  requireStaticDataFits(map, dataEnd(compiled));
  requireOneGrower(compiled);
  const native = { ...compiled, data: dropZeroRuns(compiled.data) };
  const merged = mergeUnits([engine, native], {
    externals: HOST_IMPORTS,
    exports: native.exports
      .filter((entry) => entry.kind === 'function' && !entry.name.startsWith('engine_'))
      .map((entry) => ({ unit: native, index: entry.index, name: entry.name })),
  });
  return merged.encode();
}

/** Files whose functions may grow memory: the region manager, and what the compiler inlines it into. */
const HEAP_ROOM = 'src/native/assembly/heap/';

/** The compiler's own allocator would grow memory too, and the region manager would not know of it. */
function requireOneGrower(native: Unit): void {
  const strangers = [...memoryUsers(native)]
    .map((index) => native.names.get(index) ?? `function ${index}`)
    .filter((name) => !name.startsWith(HEAP_ROOM));
  if (strangers.length === 0) return;
  throw new LinkError(
    'unexpected-memory',
    `${strangers.join(', ')} of the native module grows memory besides ${HEAP_ROOM}`,
    'Take memory from the region manager, and create no managed objects',
  );
}

/** Address behind the last byte of static data. */
function dataEnd(unit: Unit): number {
  return Math.max(
    0,
    ...unit.data.map(({ active, bytes }) => Number(active?.offset.constant ?? 0n) + bytes.length),
  );
}
