import { existsSync, renameSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { LINK_FOLDER, PACKAGE_ROOT, sha256 } from './packages';

/** Code that decides what a link gives: a change in any of it makes its results stale. */
const SOURCE_FOLDERS = [
  LINK_FOLDER,
  join(LINK_FOLDER, '..', 'wasm'),
  join(PACKAGE_ROOT, 'src', 'native', 'assembly'),
];

let sourcesDigest: Promise<string> | undefined;

/** SHA-256 over the link's own sources and the native sources, read once per process. */
export function digestSources(): Promise<string> {
  sourcesDigest ??= digestFolders(SOURCE_FOLDERS);
  return sourcesDigest;
}

/** SHA-256 over the names and contents of the files in some folders, or of those with an extension. */
export async function digestFolders(folders: readonly string[], extension = ''): Promise<string> {
  const parts: (string | Uint8Array)[] = [];
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
      .map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort())
      parts.push(relative(PACKAGE_ROOT, file), '\0', await readFile(file), '\0');
  }
  return sha256(...parts);
}

/** Builds that are under way in this process, by path. */
const underWay = new Map<string, Promise<Uint8Array>>();

/** Results of expensive steps, by the hash of everything they depend on. Several processes may share the folder. */
export class Cache {
  constructor(private readonly folder: string) {}

  /** The file under this key; made by `build` when it is not there. */
  file(name: string, key: string, build: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const path = join(this.folder, `${name}-${key.slice(0, 32)}`);
    const running = underWay.get(path);
    if (running) return running;
    const result = readOrBuild(path, build).finally(() => underWay.delete(path));
    underWay.set(path, result);
    return result;
  }
}

async function readOrBuild(path: string, build: () => Promise<Uint8Array>): Promise<Uint8Array> {
  if (existsSync(path)) return readFile(path);
  const bytes = await build();
  await writeAtomically(path, bytes);
  return bytes;
}

/** Writes so that a reader in another process sees the old file or the whole new one. */
export function writeAtomically(path: string, bytes: Uint8Array | string): Promise<void> {
  return writeTogether(new Map([[path, bytes]]));
}

/**
 * Writes files by path. None takes its name before all of them are written.
 * @param signal leaves all as they were when it fires before that
 */
export async function writeTogether(
  files: ReadonlyMap<string, Uint8Array | string>,
  signal?: AbortSignal,
): Promise<void> {
  const written = new Map<string, string>();
  try {
    for (const [path, bytes] of files) {
      await mkdir(dirname(path), { recursive: true });
      const temporary = `${path}.${process.pid}.${temporaryCount++}`;
      written.set(path, temporary);
      await writeFile(temporary, bytes);
      signal?.throwIfAborted();
    }
    for (const [path, temporary] of written) renameSync(temporary, path);
  } catch (error) {
    for (const temporary of written.values()) rmSync(temporary, { force: true });
    throw error;
  }
}

let temporaryCount = 0;
