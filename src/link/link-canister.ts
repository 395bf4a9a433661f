import { readFile } from 'node:fs/promises';
import { basename, extname, isAbsolute, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readExports, SectionId, WasmModule, writeExports } from '../wasm';
import { buildAddon, defaultIngredients, type Ingredients, readTemplate } from './addon';
import { digestSources, writeAtomically } from './cache';
import { type Bundle, bundleCanister } from './host/bundle';
import { type CanisterInterface, generateCandid } from './host/candid';
import { addMethods } from './host/methods';
import { fillTemplate } from './host/placeholders';
import { joinTemplate } from './host/template';
import { linkCache } from './link-node';
import { findPackage, sha256 } from './packages';

export interface CanisterLinkOptions extends Partial<Ingredients> {
  /** The canister's entry file (an Azle canister class), absolute or relative to `root`. */
  readonly main: string;
  /** Folder for the results. */
  readonly outDir: string;
  /** Base name of the results; the entry file's by default. */
  readonly name?: string;
  /** Writes `<name>.debug.wasm` as well: the same code with function names, for profiles and backtraces. */
  readonly debug?: boolean;
}

export interface LinkedCanister {
  /** Path of `<name>.wasm`, ready to install. */
  readonly wasm: string;
  /** Path of `<name>.wasm.gz`. */
  readonly compressed: string;
  /** Path of `<name>.did`. */
  readonly candid: string;
  /** Path of `<name>.debug.wasm`, when it was asked for. */
  readonly debug?: string;
  /** Modules of the canister's JavaScript, by path relative to the project. */
  readonly bundled: readonly string[];
}

/**
 * Links an Azle canister with the engine and the native module. The result depends on the sources only, not on their folder.
 * @throws LinkError naming what is wrong
 */
export async function linkCanister(options: CanisterLinkOptions): Promise<LinkedCanister> {
  const ingredients = { ...defaultIngredients, ...options };
  const { host, root } = ingredients;
  const cache = linkCache();
  const main = isAbsolute(options.main) ? relative(root, options.main) : options.main;
  const name = options.name ?? basename(main, extname(main));
  const template = readTemplate(host, root);
  const azleFolder = findPackage(host.packageName, root).folder;
  const [addon, bundle] = await Promise.all([
    buildAddon(ingredients, cache),
    bundleCanister(azleFolder, root, main),
  ]);
  const base = await cache.file('template', addon.key, async () => joinTemplate(template, addon));
  const declared = await describe(bundle, template, host.version);
  const module = WasmModule.parse(base);
  fillTemplate(module, bundle.code, host.version);
  addMethods(module, declared.methodMeta);
  const path = (extension: string) => join(options.outDir, `${name}.${extension}`);
  const withNames = module.encode();
  module.filterCustom(() => false);
  const shipped = module.encode();
  await writeAtomically(path('wasm'), shipped);
  await writeAtomically(path('wasm.gz'), compress(shipped));
  await writeAtomically(path('did'), declared.candid);
  const result = {
    wasm: path('wasm'),
    compressed: path('wasm.gz'),
    candid: path('did'),
    bundled: bundle.bundled,
  };
  if (!options.debug) return result;
  await writeAtomically(path('debug.wasm'), withNames);
  return { ...result, debug: path('debug.wasm') };
}

async function describe(bundle: Bundle, template: Uint8Array, version: string): Promise<CanisterInterface> {
  const key = sha256(await digestSources(), sha256(template), bundle.code);
  const text = await linkCache().file('candid', key, async () =>
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
