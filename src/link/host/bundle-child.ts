// Runs under tsx in its own process, because Azle is TypeScript that reads its settings from the environment.
// Arguments: Azle's folder, the project's folder, the canister's entry file relative to it, the file to write.

import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** By this the prelude imports what stands in for Azle's codec. */
const CODEC = 'native-codec';

/** Shorter tables stay as they are: those of single bytes are read at a start anyway. */
const LEAST_LATE_TABLE = 2_000;
/** Unpacks a table, in which a character stands for its code, and NUL with one behind for so many entries without a code. */
const UNPACK = `const unpack = (text) => {
  const table = [];
  const characters = text[Symbol.iterator]();
  for (const character of characters) {
    if (character !== '\\0') table.push(character.codePointAt(0));
    else for (let left = characters.next().value.codePointAt(0); left > 0; left--) table.push(null);
  }
  return table;
};`;
/** More entries without a code take another NUL. */
const LONGEST_GAP = 0x7fff;

/** What this needs of Azle's src/stable/build/commands/build/javascript.ts. */
interface JavaScriptBuild {
  /** The functions that find a canister's methods, as JavaScript. */
  handleClassApiCanister(main: string): string;
  getBuildOptions(source: string, main: string): { readonly plugins: Plugin[] };
  bundle(options: object): Promise<string>;
}

/** What this needs of the esbuild that Azle bundles with. */
interface Esbuild {
  formatMessages(messages: readonly object[], options: { readonly kind: 'error' }): Promise<string[]>;
  transform(
    source: string,
    options: Record<string, unknown>,
  ): Promise<{ readonly code: string; readonly map: string }>;
}

interface Plugin {
  readonly name: string;
  setup(build: PluginBuild): void;
}

interface PluginBuild {
  onResolve(options: { readonly filter: RegExp }, resolve: () => unknown): void;
  onLoad(
    options: { readonly filter: RegExp; readonly namespace?: string },
    load: (found: { readonly path: string }) => unknown,
  ): void;
}

const [azleFolder, projectFolder, main, output] = process.argv.slice(2) as [string, string, string, string];
process.env.AZLE_DFX_ROOT = projectFolder;
process.chdir(projectFolder);
const javascript = join(azleFolder, 'src', 'stable', 'build', 'commands', 'build', 'javascript.ts');
const azle = (await import(pathToFileURL(javascript).href)) as JavaScriptBuild;
const esbuild = createRequire(join(azleFolder, 'package.json'))('esbuild') as Esbuild;
const options = azle.getBuildOptions(prelude(), main);
options.plugins.push(nativeCodec(), lateTables());
const bundled = await azle
  .bundle({ ...options, loader: { '.sql': 'text' }, sourcemap: 'inline', sourcesContent: false })
  .catch(async (error: Error & { readonly errors?: readonly object[] }) => {
    // The caller shows what this prints: the errors in the source, not where the bundler threw them.
    const messages = error.errors && (await esbuild.formatMessages(error.errors, { kind: 'error' }));
    process.stderr.write(messages ? messages.join('') : String(error.stack));
    process.exit(1);
  });
const bundle = withoutPlaces(bundled);
// The canister parses its JavaScript at every install, and pays for every byte of it. Names stay, for stack traces.
const { code, map } = await esbuild.transform(withoutSentences(bundle), {
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  target: 'es2024',
  format: 'esm',
  charset: 'utf8',
  sourcefile: 'main.js',
  sourcemap: 'external',
});
await writeFile(
  output,
  JSON.stringify({ code, bundled: modulesIn(bundle), sourceMap: mapWithoutPlaces(map) }),
);

/**
 * What the bundle starts with: Azle's own prelude (`getPrelude` in its javascript.ts, which does not give it away), and the
 * plans of the canister's methods. The interface is composed for a build only, not at every start.
 */
function prelude(): string {
  return `
    import 'azle/_internal/globals';
    import { getDefaultVisitorData, IDL, idlToString as composeInterface } from 'azle';
    import { prepareMethods, unplannedMethods } from '${CODEC}';
    import * as CanisterModule from ${JSON.stringify(join(projectFolder, main))};

    const idlToString = (...given) => (globalThis._azleNodejsWasmEnvironment ? composeInterface(...given) : '');
    createGetCandidAndMethodMetaFunction(CanisterModule);
    prepareMethods(globalThis._azleCanisterClassMeta);
    const describe = globalThis._azleGetCandidAndMethodMeta;
    globalThis._azleGetCandidAndMethodMeta = () =>
      JSON.stringify({ ...JSON.parse(describe()), unplanned: unplannedMethods(globalThis._azleCanisterClassMeta) });

    ${azle.handleClassApiCanister(main)}`;
}

/**
 * Lets src/codec/azle.ts stand in for Azle's module that encodes and decodes. It is given that module, for what it leaves to it,
 * and the types and principals of the application's bundle.
 */
function nativeCodec(): Plugin {
  const library = join(azleFolder, 'src', 'stable', 'lib');
  const here = fileURLToPath(import.meta.url);
  const codec = join(dirname(here), '..', '..', 'codec', `azle${extname(here)}`);
  return {
    name: CODEC,
    setup(build) {
      const replaced = new RegExp(`^${CODEC}$|(^|/)execute_and_reply_with_candid_serde$`);
      build.onResolve({ filter: replaced }, () => ({ path: 'azle', namespace: CODEC }));
      build.onLoad({ filter: /^azle$/, namespace: CODEC }, () => ({
        contents: `
          import { IDL } from '@dfinity/candid';
          import { Principal } from '@dfinity/principal';
          import * as azle from './execute_and_reply_with_candid_serde.ts';
          import { standIn } from ${JSON.stringify(codec)};

          export const { executeAndReplyWithCandidSerde, idlDecode, idlEncode, prepareMethods, unplannedMethods } =
            standIn(azle, IDL, Principal);`,
        resolveDir: library,
      }));
    },
  };
}

/**
 * Of Azle's TextDecoder, 511 KB are numbers: the tables of legacy encodings, whose parsing takes three quarters of a start.
 * The large ones become texts, and are unpacked when somebody decodes such an encoding.
 */
function lateTables(): Plugin {
  return {
    name: 'late tables',
    setup(build) {
      build.onLoad({ filter: /[/\\]text-encoding[/\\]lib[/\\]encoding-indexes\.js$/ }, ({ path }) => {
        const tables = createRequire(path)(path)['encoding-indexes'] as Record<string, (number | null)[]>;
        const properties = Object.entries(tables).map(([name, table]) => {
          const key = JSON.stringify(name);
          if (table.length < LEAST_LATE_TABLE) return `${key}: ${JSON.stringify(table)}`;
          return `get ${key}() { return (read[${key}] ??= unpack(${JSON.stringify(pack(table))})); }`;
        });
        const exported = `module.exports = { 'encoding-indexes': { ${properties.join(',')} } };`;
        return { contents: `const read = {};\n${UNPACK}\n${exported}`, loader: 'js' };
      });
    },
  };
}

function pack(table: readonly (number | null)[]): string {
  let text = '';
  for (let index = 0; index < table.length; ) {
    const code = table[index];
    if (typeof code === 'number') {
      text += String.fromCodePoint(code);
      index++;
      continue;
    }
    let gap = 1;
    while (gap < LONGEST_GAP && table[index + gap] === null) gap++;
    text += `\0${String.fromCodePoint(gap)}`;
    index += gap;
  }
  return text;
}

/**
 * The bundle without what Tabularium's declarations say to people: in the modules of src/candid, every text that ends with
 * a full stop (src/candid/declare.ts). esbuild has printed them, so each text stands on one line in double quotes, or in
 * backticks where that saves escapes. A project's own modules of that name are left alone.
 */
function withoutSentences(bundle: string): string {
  const declarations = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'candid');
  const folder = `${relative(projectFolder, declarations).replaceAll('.', '\\.')}/`;
  const module = `((?:(?!\\s*// \\S+\\.(?:[cm]?[jt]s|json)$).*\\n)*)`;
  return bundle.replaceAll(
    new RegExp(`^(\\s*// ${folder}\\S+\\.ts\\n)${module}`, 'gm'),
    (_, path: string, module: string) => path + module.replaceAll(/"(?:[^"\\\n]|\\.)*\."|`[^`\n]*\.`/g, '""'),
  );
}

/**
 * esbuild names CommonJS modules by their path from the project (`__commonJS({ "node_modules/a/b.js"(…) {…} })`), which says where npm put
 * them: in the project, in a folder above it, below another package. From `node_modules` on the path is the same everywhere.
 */
function withoutPlaces(bundle: string): string {
  return bundle.replace(
    /^(var \S+ = __commonJS\(\{\n\s+")[^"\n]*(?=node_modules\/)/gm,
    (_, beginning: string) => beginning,
  );
}

/** The same for the names of the files that a source map leads to. This library's own need not lie in the project at all. */
function mapWithoutPlaces(text: string): string {
  const map = JSON.parse(text) as { readonly sources: readonly string[] };
  const library = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
  const sources = map.sources.map((source) => {
    if (source.includes('node_modules/')) return source.replace(/^.*(?=node_modules\/)/, '');
    const within = relative(library, resolve(projectFolder, source));
    return source.startsWith('..') && !within.startsWith('..') ? `tabularium/${within}` : source;
  });
  return JSON.stringify({ ...map, sources });
}

/** Paths of the bundled modules, relative to the project, from the comments that esbuild puts before each. */
function modulesIn(bundle: string): string[] {
  return [...bundle.matchAll(/^\s*\/\/ (\S+\.(?:[cm]?[jt]s|json))$/gm)].map(([, path]) => path!);
}
