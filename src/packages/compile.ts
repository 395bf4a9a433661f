import { dirname, join, normalize, relative } from 'node:path';
import ts from 'typescript';
import type { PackageDeclaration } from './declarations';
import { PROJECT } from './project';

/** WebAssembly's own types, which no file imports. */
const AMBIENT = 'src/wasm/web-assembly.d.ts';

/**
 * TypeScript's own compiler makes the packages, one file of JavaScript and one of declarations from each source file, in the same
 * folders below lib/ as the sources have below src/: paths that code takes relative to itself hold in both, and stack traces read
 * like the repository. The sources import each other without extensions, as bundlers have it; Node and TypeScript's `nodenext`
 * want whole paths, so each relative import is rewritten to the file that the compiler resolved it to.
 */
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2024.d.ts', 'lib.esnext.disposable.d.ts'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  skipLibCheck: true,
  declaration: true,
  sourceMap: true,
  inlineSources: true,
  newLine: ts.NewLineKind.LineFeed,
};

export interface CompiledPackage {
  /** Text by path in the package. */
  readonly files: ReadonlyMap<string, string>;
  /** npm packages that the files import. */
  readonly imports: ReadonlySet<string>;
}

export class PackagingError extends Error {
  override readonly name = 'PackagingError';
}

/**
 * Compiles what a package's exports reach in its rooms.
 * @param others the other packages, whose exports take the place of imports of their rooms
 * @throws PackagingError for a type error, and for an import that leaves the package and that no other package exports
 */
export function compilePackage(
  declaration: PackageDeclaration,
  others: readonly PackageDeclaration[],
): CompiledPackage {
  const entries = [...Object.values(declaration.exports), ...(declaration.started ?? [])]
    .map(normalize)
    .filter((file) => file.endsWith('.ts'));
  const program = ts.createProgram(
    [...entries, AMBIENT].map((file) => join(PROJECT, file)),
    { ...OPTIONS, rootDir: join(PROJECT, 'src'), outDir: join(PROJECT, 'lib') },
  );
  refuseErrors(program);
  const specifiers = new Specifiers(program, declaration, others);
  const files = new Map<string, string>();
  for (const source of reachable(program, entries, specifiers)) {
    program.emit(
      source,
      (path, text) => files.set(relative(PROJECT, path), text),
      undefined,
      false,
      specifiers.transformers,
    );
  }
  return { files, imports: specifiers.imported };
}

function refuseErrors(program: ts.Program): void {
  const errors = ts.getPreEmitDiagnostics(program);
  if (errors.length === 0) return;
  throw new PackagingError(
    ts.formatDiagnostics(errors, {
      getCanonicalFileName: (name) => name,
      getCurrentDirectory: () => PROJECT,
      getNewLine: () => '\n',
    }),
  );
}

/** The sources that belong to the package, from its entries on. */
function reachable(
  program: ts.Program,
  entries: readonly string[],
  specifiers: Specifiers,
): Set<ts.SourceFile> {
  const found = new Set<ts.SourceFile>();
  const visit = (path: string) => {
    const source = program.getSourceFile(join(PROJECT, path));
    if (!source || found.has(source)) return;
    found.add(source);
    for (const file of specifiers.within(source)) visit(file);
  };
  entries.forEach(visit);
  return found;
}

/** What the module specifiers of one package's sources become. */
class Specifiers {
  /** npm packages that were named. */
  readonly imported = new Set<string>();
  readonly #exported = new Map<string, string>();

  constructor(
    private readonly program: ts.Program,
    private readonly declaration: PackageDeclaration,
    others: readonly PackageDeclaration[],
  ) {
    for (const { name, exports } of others) {
      for (const [subpath, file] of Object.entries(exports))
        this.#exported.set(normalize(file), join(name, subpath));
    }
  }

  get transformers(): ts.CustomTransformers {
    const transformer: ts.TransformerFactory<ts.SourceFile | ts.Bundle> = (context) => (file) => {
      if (!ts.isSourceFile(file)) return file;
      const visit = (node: ts.Node): ts.Node => {
        const visited = ts.visitEachChild(node, visit, context);
        return this.#rewritten(visited, file, context.factory) ?? visited;
      };
      return ts.visitEachChild(file, visit, context);
    };
    return {
      before: [transformer as ts.TransformerFactory<ts.SourceFile>],
      afterDeclarations: [transformer, withoutWebAssembly],
    };
  }

  /** Files of the package that a source imports. */
  within(source: ts.SourceFile): string[] {
    return ts
      .preProcessFile(source.text)
      .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
      .map(({ fileName }) => this.#resolve(fileName, source))
      .filter((file) => this.#owns(file));
  }

  #owns(file: string): boolean {
    return this.declaration.rooms.some((room) => file.startsWith(`src/${room}/`));
  }

  /** @returns the source file's path in the repository */
  #resolve(specifier: string, from: ts.SourceFile): string {
    const { resolvedModule } = ts.resolveModuleName(
      specifier,
      from.fileName,
      this.program.getCompilerOptions(),
      ts.sys,
    );
    if (!resolvedModule)
      throw new PackagingError(`${from.fileName} imports ${specifier}, which is not there`);
    return normalize(relative(PROJECT, resolvedModule.resolvedFileName));
  }

  #rewritten(node: ts.Node, file: ts.SourceFile, factory: ts.NodeFactory): ts.Node | undefined {
    const source = ts.getOriginalNode(file).getSourceFile();
    const text = (literal: ts.StringLiteral) =>
      factory.createStringLiteral(this.#target(literal.text, source), true);
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const { modifiers, importClause, moduleSpecifier, attributes } = node;
      return factory.updateImportDeclaration(
        node,
        modifiers,
        importClause,
        text(moduleSpecifier),
        attributes,
      );
    }
    if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      const { modifiers, isTypeOnly, exportClause, moduleSpecifier, attributes } = node;
      const specifier = text(moduleSpecifier);
      return factory.updateExportDeclaration(
        node,
        modifiers,
        isTypeOnly,
        exportClause,
        specifier,
        attributes,
      );
    }
    if (
      ts.isImportTypeNode(node) &&
      ts.isLiteralTypeNode(node.argument) &&
      ts.isStringLiteral(node.argument.literal)
    ) {
      const { attributes, qualifier, typeArguments, isTypeOf } = node;
      const argument = factory.createLiteralTypeNode(text(node.argument.literal));
      return factory.updateImportTypeNode(node, argument, attributes, qualifier, typeArguments, isTypeOf);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (!argument || !ts.isStringLiteral(argument)) return undefined;
      return factory.updateCallExpression(node, node.expression, undefined, [text(argument)]);
    }
    return undefined;
  }

  #target(specifier: string, source: ts.SourceFile): string {
    if (!specifier.startsWith('.')) {
      if (!specifier.startsWith('node:')) this.imported.add(packageOf(specifier));
      return specifier;
    }
    const file = this.#resolve(specifier, source);
    if (this.#owns(file)) return pathFrom(relative(PROJECT, source.fileName), file);
    const exported = this.#exported.get(file);
    if (exported === undefined) {
      throw new PackagingError(
        `${relative(PROJECT, source.fileName)} imports ${file}, which is outside of ${this.declaration.name} and which no package exports`,
      );
    }
    this.imported.add(packageOf(exported));
    return exported;
  }
}

/**
 * TypeScript knows `WebAssembly` from its DOM library, which programs in Node do without: in declarations its classes are objects.
 */
const withoutWebAssembly: ts.TransformerFactory<ts.SourceFile | ts.Bundle> = (context) => (file) => {
  const visit = (node: ts.Node): ts.Node =>
    ts.isTypeReferenceNode(node) && ts.isQualifiedName(node.typeName) && isWebAssembly(node.typeName.left)
      ? context.factory.createKeywordTypeNode(ts.SyntaxKind.ObjectKeyword)
      : ts.visitEachChild(node, visit, context);
  return ts.visitEachChild(file, visit, context) as ts.SourceFile | ts.Bundle;
};

function isWebAssembly(name: ts.EntityName): boolean {
  return ts.isIdentifier(name) && name.text === 'WebAssembly';
}

/** `a/b.ts` from `a/c/d.ts` is `../b.js`. */
function pathFrom(source: string, target: string): string {
  const path = relative(dirname(source), target).replace(/\.ts$/, '.js');
  return path.startsWith('.') ? path : `./${path}`;
}

function packageOf(specifier: string): string {
  const [scope, name] = specifier.split('/');
  return scope!.startsWith('@') ? `${scope}/${name}` : scope!;
}
