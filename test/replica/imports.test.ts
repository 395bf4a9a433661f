import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
/** Development tools, which may use the replica. */
const TOOLS = ['src/replica', 'src/harness', 'src/figures', 'src/cli', 'bin', 'examples', 'test'];
const SOURCES = ['canister', 'catalog', 'src', 'bin', 'examples'];
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g;

interface Import {
  readonly file: string;
  /** Path inside the project, or a package's name. */
  readonly target: string;
}

const imports: readonly Import[] = SOURCES.flatMap((folder) =>
  readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|mts|mjs)$/.test(name))
    .flatMap((name) => importsOf(join(folder, name))),
);

function importsOf(file: string): Import[] {
  const text = readFileSync(join(PROJECT, file), 'utf8');
  return [...text.matchAll(IMPORT)].map(([, name]) => {
    if (!name!.startsWith('.')) return { file, target: name! };
    return { file, target: relative(PROJECT, resolve(PROJECT, dirname(file), name!)) };
  });
}

function isIn(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

describe('the embedded replica', () => {
  it('is imported by development tools alone', () => {
    const users = imports.filter(({ target }) =>
      isIn(target, ['src/replica', 'src/harness', 'tabularium/replica']),
    );
    expect(users.length).toBeGreaterThan(5);
    expect(users.filter(({ file }) => !isIn(file, TOOLS))).toEqual([]);
  });

  it('imports nothing of the project but src/wasm', () => {
    const own = imports.filter(
      ({ file, target }) =>
        isIn(file, ['src/replica']) && /^(?:\.\.|src|canister|catalog|test|examples)\b/.test(target),
    );
    expect(own.length).toBeGreaterThan(50);
    expect(own.filter(({ target }) => !isIn(target, ['src/replica', 'src/wasm']))).toEqual([]);
  });

  it('is served by a command that nothing imports', () => {
    const users = imports.filter(({ target }) => isIn(target, ['src/cli']));
    expect(new Set(users.map(({ file }) => dirname(file)))).toEqual(new Set(['src/cli', 'bin']));
  });
});
