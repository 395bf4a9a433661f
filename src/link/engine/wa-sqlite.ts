import { LinkError } from '../errors';
import type { EngineDescriptor, EngineNames } from './descriptor';

/** Synchronous build of wa-sqlite with FTS5, as `@journeyapps/wa-sqlite` publishes it (installed under the alias `wa-sqlite`). */
export const waSqlite: EngineDescriptor = {
  packageName: 'wa-sqlite',
  version: '2.0.6',
  sqliteVersion: '3.53.0',
  wasm: {
    path: 'dist/wa-sqlite.wasm',
    sha256: 'c2c86269d8fd0b0913ea40c2b07d82763f00e293b9e4d7c406f5ed95345ddb25',
  },
  glue: {
    path: 'dist/wa-sqlite.mjs',
    sha256: '1701e70dd6fc7f358631105f4e8062c0fb2d8a2be3132ff5e4dca0aa9501a48f',
  },
  readNames: readEmscriptenNames,
  isRelay: (importName) => CALLBACK_RELAY.test(importName),
  stack: { current: 'emscripten_stack_get_current', bytes: 524_288, redZone: 128 },
  upperHalf: '_emscripten_tempret_get',
  parts: [
    {
      name: 'SQLite',
      version: '3.53.0',
      license: 'public domain',
      source: 'https://sqlite.org/copyright.html',
      text: { from: 'notices', file: 'sqlite.txt' },
    },
    {
      name: 'wa-sqlite',
      version: '2.0.6',
      license: 'MIT',
      source: 'https://github.com/powersync-ja/wa-sqlite',
      text: { from: 'package', file: 'LICENSE' },
    },
    {
      name: 'PowerSync SQLite core',
      version: '0.5.3',
      license: 'Apache-2.0',
      source: 'https://github.com/powersync-ja/powersync-sqlite-core',
      text: { from: 'notices', file: 'apache-2.0.txt' },
    },
    {
      name: 'Emscripten runtime',
      license: 'MIT',
      source: 'https://github.com/emscripten-core/emscripten',
      text: { from: 'notices', file: 'emscripten.txt' },
    },
    {
      name: 'musl libc',
      license: 'MIT',
      source: 'https://musl.libc.org',
      text: { from: 'notices', file: 'musl.txt' },
    },
  ],
};

/** Named by signature: result, then parameters, each i (32 bits), j (64 bits), p (pointer), or v (none). */
const CALLBACK_RELAY = /^[iv]p+[ijp]*(_async)?$/;
const EXPORT_ASSIGNMENT = /\b_([A-Za-z0-9_]+)=(?:Module\["[^"]+"\]=)?wasmExports\["([^"]+)"\]/g;
const IMPORT_TABLE = /\bwasmImports=\{([^}]*)\}/;
const IMPORT_ENTRY = /([A-Za-z0-9_$]+):([A-Za-z0-9_$]+)/g;

/** Names as Emscripten's minified glue spells them: `_x=wasmExports["ab"]` for exports, `wasmImports={a:_x}` for imports. */
export function readEmscriptenNames(glue: string): EngineNames {
  const exports = new Map<string, string>();
  for (const [, name, minified] of glue.matchAll(EXPORT_ASSIGNMENT)) exports.set(minified!, name!);
  const table = IMPORT_TABLE.exec(glue)?.[1];
  if (exports.size === 0 || table === undefined) {
    throw new LinkError(
      'missing-symbol',
      "the engine's JavaScript glue does not name its WebAssembly imports and exports as Emscripten does",
      'Write a readNames for it in the engine descriptor',
    );
  }
  const imports = new Map<string, string>();
  for (const [, minified, name] of table.matchAll(IMPORT_ENTRY))
    imports.set(minified!, name!.replace(/^_+/, ''));
  return { exports, imports };
}
