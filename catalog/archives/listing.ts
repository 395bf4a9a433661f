import type { Catalog } from '../catalog';
import { CatalogError } from '../error';
import { type Archive, type ArchiveState, holdsItsId, stateOf } from './archive';
import { carriesLabel, type LabelSelector } from './labels';

/** Which archives are listed; every part that is there must hold. */
export interface ArchiveFilter {
  readonly label?: LabelSelector | undefined;
  /** Without it, deleted archives and those that are being purged are left out. */
  readonly state?: ArchiveState | undefined;
  readonly owner?: string | undefined;
}

/** Archives in the order of their creation, and the cursor of the next page. */
export interface ArchivePage {
  readonly archives: Archive[];
  readonly next: string | undefined;
}

/** Most archives on a page; all of them fit. */
export const LARGEST_PAGE = 135;

/**
 * @param cursor the last page's `next`; creations, renames and deletions between two pages neither repeat nor hide an
 *   archive that fits the filter throughout.
 * @throws {CatalogError} INVALID_CURSOR
 */
export function listArchives(
  catalog: Catalog,
  filter: ArchiveFilter,
  cursor: string | undefined,
  limit: number,
  mayShow: (archive: Archive) => boolean = () => true,
): ArchivePage {
  const after = cursor === undefined ? 0 : generationOfCursor(cursor);
  const rest = catalog
    .archives()
    .filter((archive) => archive.generation > after && matches(archive, filter) && mayShow(archive))
    .sort((a, b) => a.generation - b.generation);
  const archives = rest.slice(0, Math.min(Math.max(limit, 1), LARGEST_PAGE));
  const last = archives.at(-1);
  return { archives, next: last && archives.length < rest.length ? String(last.generation) : undefined };
}

function matches(archive: Archive, { label, state, owner }: ArchiveFilter): boolean {
  return (
    (state === undefined ? holdsItsId(archive.life.state) : stateOf(archive) === state) &&
    (owner === undefined || archive.owner === owner) &&
    (label === undefined || carriesLabel(archive.labels, label))
  );
}

function generationOfCursor(cursor: string): number {
  if (!/^\d{1,15}$/.test(cursor)) {
    throw new CatalogError(
      'INVALID_CURSOR',
      'that is no cursor of this list: pass the next of its last page, or none',
    );
  }
  return Number(cursor);
}
