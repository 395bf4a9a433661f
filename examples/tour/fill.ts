import type { ArchiveClient } from '../../src/client';
import type { InstalledPackage } from './inventory';
import { FILL, SCHEMA } from './schema';

/** JSON a message carries: well below the IC's bound of 2 MiB for an ingress message. */
const BATCH_CHARACTERS = 400_000;

/** Creates the tables and stores the packages; `progress` hears how many are in. */
export async function fillArchive(
  archive: ArchiveClient,
  packages: readonly InstalledPackage[],
  progress: (stored: number) => void,
): Promise<void> {
  for (const statement of SCHEMA) {
    await archive.execute(statement);
  }
  let stored = 0;
  for (const batch of batchesOf(packages)) {
    const json = JSON.stringify(batch);
    for (const statement of FILL) {
      await archive.execute(statement, json);
    }
    stored += batch.length;
    progress(stored);
  }
}

function batchesOf(packages: readonly InstalledPackage[]): InstalledPackage[][] {
  const batches: InstalledPackage[][] = [];
  let room = 0;
  for (const installed of packages) {
    const size = JSON.stringify(installed).length;
    if (size > room) {
      batches.push([]);
      room = BATCH_CHARACTERS;
    }
    batches.at(-1)?.push(installed);
    room -= size;
  }
  return batches;
}
