import { type Dirent, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** One installed npm package, as the tour stores it. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly description: string;
  readonly readme: string;
  readonly dependencies: readonly { readonly name: string; readonly range: string }[];
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string | { readonly type?: string };
  readonly description?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * The packages that `roots` need, themselves included, as they are installed below `projectFolder`.
 * Optional dependencies of other platforms are not installed and so do not appear.
 */
export function installedClosure(projectFolder: string, roots: readonly string[]): InstalledPackage[] {
  const found = new Map<string, InstalledPackage>();
  const pending = roots.map((name) => ({ name, from: projectFolder }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const folder = resolvePackage(next.name, next.from);
    if (folder === undefined || found.has(folder)) {
      continue;
    }
    const installed = readPackage(folder);
    found.set(folder, installed);
    pending.push(...installed.dependencies.map(({ name }) => ({ name, from: folder })));
  }
  return [...found.values()].sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

function resolvePackage(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) {
      return candidate;
    }
    if (folder === dirname(folder)) {
      return undefined;
    }
  }
}

function readPackage(folder: string): InstalledPackage {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  return {
    name: manifest.name,
    version: manifest.version,
    licence: licenceOf(manifest),
    description: manifest.description ?? '',
    readme: readReadme(folder),
    dependencies: Object.entries(manifest.dependencies ?? {}).map(([name, range]) => ({ name, range })),
    files: listFiles(folder, folder),
  };
}

function licenceOf(manifest: Manifest): string {
  const licence = manifest.license;
  return typeof licence === 'string' ? licence : (licence?.type ?? 'unknown');
}

function readReadme(folder: string): string {
  const name = readdirSync(folder).find((entry) => /^readme(\.md|\.txt)?$/i.test(entry));
  return name === undefined ? '' : readFileSync(join(folder, name), 'utf8');
}

function listFiles(root: string, folder: string): { path: string; bytes: number }[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a: Dirent, b: Dirent) =>
    compare(a.name, b.name),
  );
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return entry.name === 'node_modules' ? [] : listFiles(root, path);
    }
    return entry.isFile() ? [{ path: relative(root, path), bytes: statSync(path).size }] : [];
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
