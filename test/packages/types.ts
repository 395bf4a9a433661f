import { relative } from 'node:path';
import ts from 'typescript';
import type { Project } from './project';

/** How TypeScript finds modules: each way that its documentation recommends. */
export const MODULE_WAYS: Readonly<Record<string, ts.CompilerOptions>> = {
  nodenext: { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
  node16: { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 },
  bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
};

/** Everything that TypeScript can be strict about. */
export const STRICTEST: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  strict: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noPropertyAccessFromIndexSignature: true,
  noUncheckedIndexedAccess: true,
  noUncheckedSideEffectImports: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  skipLibCheck: false,
  noEmit: true,
};

/** What of a program the consumer has from here: its own files, and this project's packages. Others answer for theirs. */
const OURS = /^(?!node_modules\/)|^node_modules\/(?:@tabularium\/|tabularium\/)/;

/** Errors in a file, and in the declarations of this project's packages that it reaches. */
export function typeErrors(
  project: Project,
  files: readonly string[],
  options: ts.CompilerOptions,
): string[] {
  const program = ts.createProgram(
    files.map((file) => project.path(file)),
    { typeRoots: [project.path('node_modules', '@types')], types: [], ...options },
  );
  return ts.getPreEmitDiagnostics(program).flatMap((diagnostic) => {
    const path = diagnostic.file ? relative(project.folder, diagnostic.file.fileName) : '';
    if (!OURS.test(path)) return [];
    return [`${path}: TS${diagnostic.code} ${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`];
  });
}
