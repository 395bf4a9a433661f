import { time } from 'azle';
import type { Archive } from '../../catalog/archives/archive';
import type { CreationOptions } from '../../catalog/archives/creation';
import { finishFirstImport } from '../../catalog/archives/life';
import { running } from '../service/service';
import { isVacant } from '../slots/content';

/** What fills the slot of an archive that waits for its first image. */
export interface FirstImage {
  /** Begins in the slot that the archive will have. */
  begin(archive: Archive): void;
  /** Leaves the slot as it was before. */
  undo(archive: Archive): void;
}

/**
 * Registers an archive, in state `importing`, whose first image another process makes.
 *
 * @throws whatever the catalog or the storage refuses; neither is changed then
 */
export function registerImporting(
  id: string,
  owner: string,
  options: CreationOptions,
  image: FirstImage,
): Archive {
  const { catalog } = running();
  const archive = catalog.propose(id, owner, time(), { ...options, importing: true, isVacant });
  image.begin(archive);
  try {
    catalog.add(archive);
  } catch (error) {
    // The refusal is answered, not trapped: the record's memory may be refused as well.
    image.undo(archive);
    throw error;
  }
  return archive;
}

/** Opens an archive whose first image is complete. */
export function openImported(archive: Archive): void {
  if (archive.life.state === 'importing') {
    finishFirstImport(running().catalog, archive);
  }
}
