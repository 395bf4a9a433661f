import type { Archive } from '../archives/archive';
import { carriesLabel } from '../archives/labels';
import { unresolved } from '../archives/reference';
import type { Catalog } from '../catalog';
import { CatalogError } from '../error';
import type { FleetRequest, FleetSelection, FleetTarget } from './operation';

/**
 * The archives that a request is for: its canaries first and in their order, then the others by slot.
 *
 * @throws {CatalogError} FLEET_NO_TARGETS, ARCHIVE_NOT_FOUND, REFERENCE_STALE, INVALID_REFERENCE
 */
export function chooseTargets(catalog: Catalog, request: FleetRequest): FleetTarget[] {
  const canaries = request.canaries.map((reference) => meant(catalog, reference));
  const chosen = select(catalog, request.selection);
  if (chosen.length === 0) {
    throw new CatalogError(
      'FLEET_NO_TARGETS',
      'no archive fits the selection: list the archives with the same filter',
    );
  }
  const stray = canaries.find((canary) => !chosen.includes(canary));
  if (stray !== undefined) {
    throw new CatalogError(
      'FLEET_NO_TARGETS',
      `the canary '${stray.id}' is not among the archives selected: select it too, or choose another`,
    );
  }
  return [...new Set([...canaries, ...chosen])].map(({ slot, generation }) => ({ slot, generation }));
}

function select(catalog: Catalog, selection: FleetSelection): Archive[] {
  switch (selection.kind) {
    case 'all':
      return catalog.list();
    case 'label':
      return catalog.list().filter(({ labels }) => carriesLabel(labels, selection.label));
    case 'named':
      return selection.references.map((reference) => meant(catalog, reference));
  }
}

function meant(catalog: Catalog, reference: string): Archive {
  const archive = catalog.find(reference);
  if (archive === undefined) {
    throw unresolved(catalog, reference);
  }
  return archive;
}
