import { quarantineLost } from '../../catalog/archives/life';
import { LONGEST_REASON } from '../../catalog/archives/reason';
import type { Catalog } from '../../catalog/catalog';
import type { ArchiveHead } from '../../catalog/slots/archive-cell';
import { doubtAbout } from '../slots/doubt';

/** States of archives that are, or come back, as their slots hold them. */
const WITH_IMAGE: readonly ArchiveHead['state'][] = ['active', 'migrating', 'deleted'];

/**
 * Compares every slot's superblock with the catalog before the first archive is opened. An archive whose slot holds
 * something else is quarantined; the others serve.
 */
export function quarantineDoubtfulArchives(catalog: Catalog): void {
  for (const { slot, generation, state } of catalog.heads()) {
    const doubt = WITH_IMAGE.includes(state) ? doubtAbout(slot, generation) : undefined;
    const archive = doubt === undefined ? undefined : catalog.ofGeneration(generation);
    if (doubt !== undefined && archive !== undefined) {
      quarantineLost(catalog, archive, doubt.slice(0, LONGEST_REASON));
    }
  }
}
