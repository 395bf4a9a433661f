import { time } from 'azle';
import type { Archive } from '../../catalog/archives/archive';
import type { CreationOptions } from '../../catalog/archives/creation';
import { DEFAULT_PAGE_SIZE } from '../../catalog/archives/settings';
import type { CandidArchive, CandidCreateArchive } from '../../src/candid';
import { nativeModule } from '../../src/database';
import { messageCaller } from '../service/caller';
import { onCanister } from '../service/governed';
import { limitSlotOf } from '../service/limits';
import type { Implementations } from '../service/methods';
import { running } from '../service/service';
import { isVacant } from '../slots/content';
import { releaseSlot } from '../storage/purge';
import { archiveToCandid, labelsFromCandid } from './description';
import { limitsFromCandid, settingsFromCandid } from './settings';

export const creationMethods = {
  create_archive: createArchive,
} satisfies Implementations;

/** Creates an archive in a free slot. Controllers only. */
function createArchive(request: CandidCreateArchive): CandidArchive {
  const owner = request.owner[0]?.toText() ?? messageCaller().principal;
  return onCanister('create_archive', `${request.id} for ${owner}`, () => {
    const isClaim = request.content[0] !== undefined && 'Claim' in request.content[0];
    const archive = running().catalog.propose(request.id, owner, time(), optionsOf(request, isClaim));
    return archiveToCandid(isClaim ? claim(archive) : format(archive));
  });
}

/** Lets the catalog know an archive whose slot holds nothing yet. */
function format(archive: Archive): Archive {
  const { catalog, handles } = running();
  limitSlotOf(archive);
  handles.create(archive.slot, archive.generation);
  try {
    choosePageSize(archive);
    catalog.add(archive);
  } catch (error) {
    // The refusal is answered, not trapped, so the slot has to be as it was: the record's memory may be refused as well.
    releaseSlot(archive.slot);
    throw error;
  }
  return archive;
}

/** Lets the catalog know an archive that the slot holds already. */
function claim(archive: Archive): Archive {
  const { catalog } = running();
  // Refuses whatever is no archive before anything is written.
  const former = nativeModule().describeSlot(archive.slot)?.generation ?? 0;
  limitSlotOf(archive);
  nativeModule().claimSlot(archive.slot, archive.generation);
  try {
    catalog.add(archive);
  } catch (error) {
    nativeModule().claimSlot(archive.slot, former);
    throw error;
  }
  return archive;
}

/** SQLite takes a page size with the first page of an archive, so one that is not its own is written at once. */
function choosePageSize({ slot, pageSize, life }: Archive): void {
  if (pageSize !== DEFAULT_PAGE_SIZE && life.state === 'active') {
    running().handles.open(slot).exec(`PRAGMA page_size = ${pageSize}; PRAGMA user_version = 0`);
  }
}

function optionsOf(request: CandidCreateArchive, adopt: boolean): CreationOptions {
  const [content] = request.content;
  const [labels] = request.labels;
  const [settings] = request.settings;
  const [limits] = request.limits;
  return {
    slot: request.slot[0],
    adopt,
    importing: content !== undefined && 'Import' in content,
    pageSize: request.page_size[0],
    isVacant,
    ...(labels && { labels: labelsFromCandid(labels) }),
    ...(settings && { settings: settingsFromCandid(settings) }),
    ...(limits && { limits: limitsFromCandid(limits) }),
  };
}
