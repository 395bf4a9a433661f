import type { Catalog } from '../catalog';
import { CatalogError } from '../error';
import type { Archive } from './archive';

/**
 * How a client names an archive: `id`, which is whatever archive has that id now, or `id@generation`, which is one
 * archive for ever. The sign is in no id, so both are a text.
 */
export interface ArchiveReference {
  readonly id: string;
  readonly generation: number | undefined;
}

const SEPARATOR = '@';
const GENERATION = /^[1-9]\d{0,14}$/;

/** @throws {CatalogError} INVALID_REFERENCE */
export function parseReference(text: string): ArchiveReference {
  const at = text.indexOf(SEPARATOR);
  if (at < 0) {
    return { id: text, generation: undefined };
  }
  const generation = text.slice(at + 1);
  if (!GENERATION.test(generation)) {
    throw new CatalogError(
      'INVALID_REFERENCE',
      `${JSON.stringify(text)} names no archive: write its id, or id@generation as list_archives shows it`,
    );
  }
  return { id: text.slice(0, at), generation: Number(generation) };
}

/** The reference that will never mean another archive. */
export function referenceTo({ id, generation }: Pick<Archive, 'id' | 'generation'>): string {
  return id + SEPARATOR + generation;
}

/** What to tell a caller who may know: that there never was such an archive, or that it is another one now. */
export function unresolved(catalog: Catalog, text: string): CatalogError {
  const { id, generation } = parseReference(text);
  if (generation === undefined || generation >= catalog.nextGeneration) {
    return new CatalogError(
      'ARCHIVE_NOT_FOUND',
      `there is no archive '${text}'; list the archives. One that was deleted is named by id@generation`,
    );
  }
  const now = catalog.find(id);
  const what =
    now === undefined
      ? `no archive has the id '${id}' now`
      : `'${id}' is generation ${now.generation} now, another archive`;
  return new CatalogError(
    'REFERENCE_STALE',
    `the archive '${text}' was renamed or purged; ${what}: list the archives and take a new reference`,
  );
}
