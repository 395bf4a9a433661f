import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, extname, isAbsolute, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readNames, WasmModule, writeMemoryMap } from '../wasm';
import { buildAddon, defaultIngredients, type Ingredients, readTemplate } from './addon';
import { type Cache, digestSources, writeTogether } from './cache';
import { type Bundle, bundleCanister } from './host/bundle';
import { type CanisterInterface, generateCandid, type UnplannedMethod } from './host/candid';
import { checkTypes } from './host/check';
import { addMethods } from './host/methods';
import { fillTemplate } from './host/placeholders';
import { joinTemplate } from './host/template';
import { linkCache } from './link-node';
import { COMPILER_PACKAGE, COMPILER_PARTS, compileNative } from './native/compile';
import { type Audit, auditCanister } from './output/audit';
import { describeMemory } from './output/memory-map';
import { composeNotices } from './output/notices';
import { findPackage, PACKAGE_ROOT, readAudited, sha256 } from './packages';

export interface CanisterLinkOptions extends Partial<Ingredients> {
  /** The canister's entry file (an Azle canister class), absolute or relative to `root`. */
  readonly main: string;
  /** Folder for the results. */
  readonly outDir: string;
  /** Base name of the results; the entry file's by default. */
  readonly name?: string;
  /** Writes `<name>.debug.wasm` as well: the same code with names of functions and of what lives in the heap. */
  readonly debug?: boolean;
  /** Checks the types of the canister and of what it imports of the project, and gives up when some are wrong. */
  readonly check?: boolean;
  /** Writes THIRD-PARTY-NOTICES.txt as well. */
  readonly notices?: boolean;
  /** Gives up when it fires, and leaves earlier results as they are. */
  readonly signal?: AbortSignal;
}

export interface LinkedCanister {
  /** Path of `<name>.wasm`, ready to install. */
  readonly wasm: string;
  /** Path of `<name>.wasm.gz`. */
  readonly compressed: string;
  /** Path of `<name>.did`. */
  readonly candid: string;
  /** Path of `<name>.js.map`, by which {@link originalPlaces} reads stack traces. */
  readonly sourceMap: string;
  /** The project's own modules that went into the canister, by their paths. */
  readonly sources: readonly string[];
  readonly audit: Audit;
  /** Methods that Azle's codec serves, because the native one has no plan for their types. */
  readonly unplanned: readonly UnplannedMethod[];
}

/** Custom section in which the IC's tools look for a canister's Candid. */
const CANDID_SECTION = 'icp:public candid:service';

/**
 * Links an Azle canister with the engine and the native module. The result depends on the sources only, not on their folder. Steps
 * whose inputs did not change since an earlier build are not run again.
 * @throws LinkError naming what is wrong; the signal's reason when that has fired
 */
export async function linkCanister(options: CanisterLinkOptions): Promise<LinkedCanister> {
  const ingredients = { ...defaultIngredients(), ...options };
  const { host, engine, root } = ingredients;
  const { signal } = options;
  const main = isAbsolute(options.main) ? relative(root, options.main) : options.main;
  const name = options.name ?? basename(main, extname(main));
  const template = readTemplate(host, root);
  const azle = findPackage(host.packageName, root);
  readAudited(azle, { version: host.version, ...host.serde });
  const cache = linkCache(root);
  const [addon, bundle] = await Promise.all([
    buildAddon(ingredients, cache, signal),
    bundleCanister(azle.folder, root, main, signal),
    options.check && checkTypes(root, main, signal),
  ]);
  const base = await cache.file('template', addon.key, async () => joinTemplate(template, addon));
  const declared = await describe(bundle, template, host.version, cache);
  const candid = writtenInterface(join(root, main)) ?? declared.candid;

  const module = WasmModule.parse(base);
  fillTemplate(module, bundle.code, host.version);
  addMethods(module, declared.methodMeta);
  const path = (extension: string) => join(options.outDir, `${name}.${extension}`);
  const results = new Map<string, Uint8Array | string>();
  const names = readNames(module).functions;
  if (options.debug) {
    const symbols = await cache.file('symbols', addon.key, () =>
      compileNative(ingredients.nativeEntry, addon.map, 'symbols', signal),
    );
    writeMemoryMap(module, describeMemory(template, addon.map, symbols));
    results.set(path('debug.wasm'), module.encode());
  }
  module.filterCustom(() => false);
  module.addCustom(CANDID_SECTION, new TextEncoder().encode(candid));
  const wasm = module.encode();
  const compressed = compress(wasm);
  const audit = auditCanister(wasm, compressed.length, names);
  results
    .set(path('wasm'), wasm)
    .set(path('wasm.gz'), compressed)
    .set(path('did'), candid)
    .set(path('js.map'), bundle.sourceMap);
  if (options.notices) {
    const groups = [
      { parts: engine.parts, installed: findPackage(engine.packageName, root, PACKAGE_ROOT) },
      { parts: host.parts, installed: azle },
      { parts: COMPILER_PARTS, installed: findPackage(COMPILER_PACKAGE, PACKAGE_ROOT) },
    ];
    const rustPackages = await readFile(join(azle.folder, host.licenseList), 'utf8');
    const notices = composeNotices(groups, rustPackages, bundle.bundled, root);
    results.set(join(options.outDir, 'THIRD-PARTY-NOTICES.txt'), notices);
  }
  await writeTogether(results, signal);
  return {
    wasm: path('wasm'),
    compressed: path('wasm.gz'),
    candid: path('did'),
    sourceMap: path('js.map'),
    sources: [...new Set(bundle.bundled)]
      .filter((module) => !module.includes('node_modules/'))
      .map((module) => join(root, module)),
    audit,
    unplanned: declared.unplanned,
  };
}

/**
 * The interface that the canister's author keeps beside the entry file, `index.did` for `index.ts`. Azle's own list has no
 * names for types and no comments, so that what is generated from it cannot be read.
 */
function writtenInterface(main: string): string | undefined {
  const file = `${main.slice(0, main.length - extname(main).length)}.did`;
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

async function describe(
  bundle: Bundle,
  template: Uint8Array,
  version: string,
  cache: Cache,
): Promise<CanisterInterface> {
  const key = sha256(await digestSources(), sha256(template), bundle.code);
  const text = await cache.file('candid', key, async () =>
    new TextEncoder().encode(JSON.stringify(generateCandid(template, bundle.code, version))),
  );
  return JSON.parse(new TextDecoder().decode(text)) as CanisterInterface;
}

/** The same bytes everywhere: zlib's header carries neither a file name nor a time, and here no operating system. */
export function compress(bytes: Uint8Array): Uint8Array {
  const compressed = gzipSync(bytes, { level: 9 });
  compressed[OPERATING_SYSTEM] = UNKNOWN_SYSTEM;
  return compressed;
}

const OPERATING_SYSTEM = 9;
const UNKNOWN_SYSTEM = 255;
