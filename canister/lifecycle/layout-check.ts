import { quarantineArchive } from '../../catalog/archives/life';
import { LONGEST_REASON } from '../../catalog/archives/reason';
import type { Catalog } from '../../catalog/catalog';
import { contentOf } from '../slots/content';

/**
 * Compares every slot's superblock with the catalog before the first archive is opened. An archive whose slot holds
 * something else is quarantined; the others serve.
 */
export function quarantineDoubtfulArchives(catalog: Catalog): void {
  for (const { slot, generation, state } of catalog.heads()) {
    const doubt = state === 'active' ? doubtAbout(slot, generation) : undefined;
    const archive = doubt === undefined ? undefined : catalog.ofGeneration(generation);
    if (doubt !== undefined && archive !== undefined) {
      quarantineArchive(catalog, archive, doubt.slice(0, LONGEST_REASON));
    }
  }
}

function doubtAbout(slot: number, generation: number): string | undefined {
  const content = contentOf(slot);
  switch (content?.kind) {
    case undefined:
      return `slot ${slot} is empty`;
    case 'archive':
      return content.generation === generation
        ? undefined
        : `slot ${slot} holds generation ${content.generation} instead of ${generation}`;
    case 'damaged':
      return content.reason;
    case 'adoptable':
    case 'foreign':
      return `slot ${slot} holds what is no archive of this canister`;
  }
}
