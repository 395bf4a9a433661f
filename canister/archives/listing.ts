import { visibilityFor } from '../../catalog/access/visibility';
import { LARGEST_PAGE, listArchives as listMatching } from '../../catalog/archives/listing';
import { type CandidArchiveFilter, type CandidArchivePage, optional } from '../../src/candid';
import { messageCaller } from '../service/caller';
import type { Implementations } from '../service/methods';
import { fromVariant } from '../service/names';
import { running } from '../service/service';
import { archiveToCandid } from './description';

export const listingMethods = {
  list_archives: listArchives,
} satisfies Implementations;

const ARCHIVE_STATES = [
  'active',
  'read-only',
  'importing',
  'deleted',
  'purging',
  'migrating',
  'damaged',
] as const;

/** The archives that the caller may use and that fit the filter, in the order of their creation. */
function listArchives([filter]: [] | [CandidArchiveFilter]): CandidArchivePage {
  const { catalog } = running();
  const mayShow = visibilityFor(catalog, messageCaller(), 'list_archives');
  const label = filter?.label[0];
  const state = filter?.state[0];
  const { archives, next } = listMatching(
    catalog,
    {
      label: label && { key: label.key, value: label.value[0] },
      state: state && fromVariant(ARCHIVE_STATES, state),
      owner: filter?.owner[0]?.toText(),
    },
    filter?.cursor[0],
    filter?.limit[0] ?? LARGEST_PAGE,
    mayShow,
  );
  return { archives: archives.map(archiveToCandid), next: optional(next) };
}
