// Runs under tsx in its own process, because Azle is TypeScript that reads its settings from the environment.
// Arguments: Azle's folder, the project's folder, the canister's entry file relative to it, the file to write.

import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What this needs of Azle's src/stable/build/commands/build/javascript.ts. */
interface JavaScriptBuild {
  compile(main: string): Promise<string>;
}

/** What this needs of the esbuild that Azle bundles with. */
interface Esbuild {
  formatMessages(messages: readonly object[], options: { readonly kind: 'error' }): Promise<string[]>;
  transform(source: string, options: Record<string, unknown>): Promise<{ readonly code: string }>;
}

const [azleFolder, projectFolder, main, output] = process.argv.slice(2) as [string, string, string, string];
process.env.AZLE_DFX_ROOT = projectFolder;
process.chdir(projectFolder);
const module = join(azleFolder, 'src', 'stable', 'build', 'commands', 'build', 'javascript.ts');
const { compile } = (await import(pathToFileURL(module).href)) as JavaScriptBuild;
const esbuild = createRequire(join(azleFolder, 'package.json'))('esbuild') as Esbuild;
const bundled = await compile(main).catch(async (error: Error & { readonly errors?: readonly object[] }) => {
  // The caller shows what this prints: the errors in the source, not where the bundler threw them.
  const messages = error.errors && (await esbuild.formatMessages(error.errors, { kind: 'error' }));
  process.stderr.write(messages ? messages.join('') : String(error.stack));
  process.exit(1);
});
const bundle = withoutPlaces(bundled);
// The canister parses its JavaScript at every install, and pays for every byte of it. Names stay, for stack traces.
const { code } = await esbuild.transform(withoutSentences(bundle), {
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  target: 'es2024',
  format: 'esm',
  charset: 'utf8',
});
await writeFile(output, JSON.stringify({ code, bundled: modulesIn(bundle) }));

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

/** Paths of the bundled modules, relative to the project, from the comments that esbuild puts before each. */
function modulesIn(bundle: string): string[] {
  return [...bundle.matchAll(/^\s*\/\/ (\S+\.(?:[cm]?[jt]s|json))$/gm)].map(([, path]) => path!);
}
