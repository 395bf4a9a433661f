import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { LinkError } from '../errors';
import { findPackage, LINK_FOLDER, PACKAGE_ROOT } from '../packages';

const run = promisify(execFile);

export interface Bundle {
  /** The canister's JavaScript with everything it imports, as one module. */
  readonly code: string;
  /** Paths of the modules in it, relative to the project's folder. */
  readonly bundled: readonly string[];
  /** From places in the code to places in the modules (source map, revision 3). */
  readonly sourceMap: string;
}

/**
 * Bundles a canister's entry file as Azle does. Nothing of it depends on where the project lies.
 * @param main entry file relative to `root`
 * @param root the project's folder
 * @param signal gives up when it fires
 * @throws LinkError with the bundler's message
 */
export async function bundleCanister(
  azleFolder: string,
  root: string,
  main: string,
  signal?: AbortSignal,
): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), 'bundle-'));
  const output = join(folder, 'bundle.json');
  const tsx = join(findPackage('tsx', PACKAGE_ROOT).folder, 'dist', 'cli.mjs');
  const child = join(LINK_FOLDER, 'host', `bundle-child${extname(fileURLToPath(import.meta.url))}`);
  try {
    await run(process.execPath, [tsx, child, azleFolder, root, main, output], {
      maxBuffer: 1 << 24,
      ...(signal && { signal }),
    });
    return JSON.parse(await readFile(output, 'utf8')) as Bundle;
  } catch (error) {
    signal?.throwIfAborted();
    const { stderr, message } = error as { stderr?: string; message: string };
    const entry = join(root, main);
    if (stderr?.includes(`Could not resolve "${entry}"`)) {
      throw new LinkError(
        'tool-failed',
        `Azle could not bundle ${main}: there is no file ${entry}`,
        "Name the file of the canister's class by its path from the project's folder",
      );
    }
    throw new LinkError(
      'tool-failed',
      `Azle could not bundle ${main}:\n${stderr || message}`,
      'Correct the source',
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
