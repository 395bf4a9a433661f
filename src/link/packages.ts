import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LinkError } from './errors';

/** Root folder of this package, whoever links: the repository, or where the library is installed. Native sources have the same path in both. */
export const PACKAGE_ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Folder of the link's own code: TypeScript in the repository, JavaScript in the installed library. */
export const LINK_FOLDER = dirname(fileURLToPath(import.meta.url));

/** An installed npm package. */
export interface Package {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
}

/**
 * Finds an installed package from a folder upwards, as Node does, whatever the package's `exports` allow.
 * @param otherwise folder to begin from when the first one finds nothing: this package, for what it depends on itself and a
 *   project that only links to it has not installed
 * @throws LinkError when it is not installed
 */
export function findPackage(name: string, from: string, otherwise?: string): Package {
  const found = lookUp(name, from) ?? (otherwise && lookUp(name, otherwise));
  if (found) return found;
  throw new LinkError(
    'package-missing',
    `package ${name} is not installed where ${from} would find it`,
    'Run npm install',
  );
}

export function lookUp(name: string, from: string): Package | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    const manifest = join(candidate, 'package.json');
    if (existsSync(manifest)) {
      const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
      return { name, version, folder: candidate };
    }
    if (dirname(folder) === folder) return undefined;
  }
}

export function sha256(...parts: readonly (Uint8Array | string)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/**
 * Reads a file of an audited package.
 * @throws LinkError when the package has another version than was audited, or the file other bytes
 */
export function readAudited(
  installed: Package,
  audited: { readonly version: string; readonly path: string; readonly sha256: string },
): Uint8Array {
  const remedy = `Install ${installed.name} ${audited.version}, or audit this one as docs/LINK.md describes`;
  if (installed.version !== audited.version) {
    throw new LinkError(
      'version-not-audited',
      `${installed.name} is version ${installed.version}, audited is ${audited.version}`,
      remedy,
    );
  }
  const bytes = readFileSync(join(installed.folder, audited.path));
  const found = sha256(bytes);
  if (found !== audited.sha256) {
    throw new LinkError(
      'content-not-audited',
      `${installed.name}/${audited.path} has SHA-256 ${found}, audited is ${audited.sha256}`,
      remedy,
    );
  }
  return bytes;
}
