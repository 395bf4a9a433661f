import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkCanister } from '../link';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
/** What the canister is made of: its sources, the link, and the versions of what is linked. */
const SOURCES = ['canister', 'catalog', 'src', 'package.json', 'package-lock.json'];

/**
 * The archive manager's canister. The installed command carries it; in the repository it is built first when there is none or a
 * source is newer.
 * @param stopped gives up when it fires
 * @returns path of the Wasm
 */
export async function projectCanister(stopped: AbortSignal): Promise<string> {
  const outDir = join(PROJECT, 'dist');
  if (!existsSync(join(PROJECT, 'canister'))) return join(outDir, 'tabularium.wasm.gz');
  const wasm = join(outDir, 'tabularium.wasm');
  const built = existsSync(wasm) ? statSync(wasm).mtimeMs : undefined;
  if (built !== undefined && newestIn(PROJECT, SOURCES) <= built) return wasm;
  console.log(
    built === undefined ? 'building the canister' : 'building the canister: its sources have changed',
  );
  await linkCanister({
    main: 'canister/index.ts',
    root: PROJECT,
    name: 'tabularium',
    outDir,
    signal: stopped,
  });
  return wasm;
}

/**
 * When the newest of some files, or of what is in folders, was changed. A folder counts too, as it changes when a file in it is removed.
 * @returns milliseconds since 1970
 */
export function newestIn(folder: string, names: readonly string[]): number {
  let newest = 0;
  for (const name of names) {
    const path = join(folder, name);
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found) continue;
    const within = found.isDirectory() ? newestIn(path, readdirSync(path)) : 0;
    newest = Math.max(newest, found.mtimeMs, within);
  }
  return newest;
}
