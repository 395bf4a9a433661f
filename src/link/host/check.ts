import { execFile } from 'node:child_process';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LinkError } from '../errors';
import { findPackage, LINK_FOLDER, lookUp } from '../packages';

/**
 * Checks the types of a canister, which bundling only takes away. The project's TypeScript and its tsconfig.json decide; errors count in the
 * project's own files alone, since Azle's package is sources too, written for other settings.
 *
 * It runs in a process of its own, beside the bundler, and remembers what it checked in the project's `.tabularium/link`.
 *
 * @param main entry file, by its path from `root`
 * @param signal gives up when it fires
 * @throws LinkError `types-wrong` with the compiler's messages; `package-missing` when the project has no TypeScript
 */
export function checkTypes(root: string, main: string, signal?: AbortSignal): Promise<void> {
  const typescript =
    lookUp('typescript', root) ?? findPackage('typescript', findPackage('azle', root).folder);
  const child = join(LINK_FOLDER, 'host', `check-child${extname(fileURLToPath(import.meta.url))}`);
  const loader = child.endsWith('.ts') ? ['--import', 'tsx'] : [];
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [...loader, child, typescript.folder, root, main],
      { maxBuffer: 1 << 24, ...(signal && { signal }) },
      (error, stdout, stderr) => {
        if (signal?.aborted) reject(signal.reason);
        else if (!error) resolve();
        else {
          const found = stdout || stderr || error.message;
          reject(
            new LinkError(
              'types-wrong',
              `${relative('.', join(root, main))} has wrong types:\n${found}`,
              REMEDY,
            ),
          );
        }
      },
    );
  });
}

const REMEDY = 'Correct them, or link without the check (--no-check)';
