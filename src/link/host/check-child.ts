// Checks a project's types in a process of its own, since the compiler works for seconds without a pause.
// Arguments: TypeScript's folder, the project's folder, the canister's entry file relative to it.

import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import type * as TypeScript from 'typescript';

const [compiler, root, main] = process.argv.slice(2) as [string, string, string];
const ts = createRequire(join(compiler, 'package.json'))(compiler) as typeof TypeScript;

/** What a project without a tsconfig.json is checked by. */
const USUAL: TypeScript.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2024.d.ts', 'lib.esnext.disposable.d.ts'],
  strict: true,
  skipLibCheck: true,
};

const program = ts.createIncrementalProgram({
  rootNames: [join(root, main)],
  options: {
    ...projectOptions(),
    noEmit: true,
    incremental: true,
    tsBuildInfoFile: join(root, '.tabularium', 'link', 'types.tsbuildinfo'),
  },
});
const errors = [
  ...program.getConfigFileParsingDiagnostics(),
  ...program.getOptionsDiagnostics(),
  ...program.getSyntacticDiagnostics(),
  ...program.getGlobalDiagnostics(),
  ...program.getSemanticDiagnostics(),
].filter(({ file }) => file === undefined || isOwn(file.fileName));
program.emit();
if (errors.length > 0) {
  process.stdout.write(
    ts.formatDiagnostics(errors, {
      getCanonicalFileName: (name) => name,
      getCurrentDirectory: () => root,
      getNewLine: () => '\n',
    }),
  );
  process.exitCode = 1;
}

function projectOptions(): TypeScript.CompilerOptions {
  const file = join(root, 'tsconfig.json');
  if (!ts.sys.fileExists(file)) return USUAL;
  const host: TypeScript.ParseConfigFileHost = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
      throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'));
    },
  };
  return ts.getParsedCommandLineOfConfigFile(file, {}, host)?.options ?? USUAL;
}

function isOwn(file: string): boolean {
  const path = relative(root, file);
  return !path.startsWith('..') && !path.includes('node_modules/');
}
