import {
  type BlockedUse,
  blockUse,
  changeLimits,
  changeSettings,
  setAccess,
  setLabels,
  setOwner,
  unblockUse,
} from '../../catalog/archives/changes';
import { changeText } from '../../catalog/archives/settings';
import type {
  CandidArchive,
  CandidArchiveAccessChange,
  CandidArchiveLimitsChange,
  CandidArchiveSettingsChange,
  CandidBlockedUse,
  CandidLabel,
  CandidPrincipal,
} from '../../src/candid';
import { messageCaller } from '../service/caller';
import { onArchive } from '../service/governed';
import { limitSlotOf } from '../service/limits';
import type { Implementations } from '../service/methods';
import { fromVariant } from '../service/names';
import { running } from '../service/service';
import { archiveToCandid, labelsFromCandid } from './description';
import { limitsFromCandid, named, settingsFromCandid } from './settings';

export const changesMethods = {
  set_archive_owner: setArchiveOwner,
  set_archive_access: setArchiveAccess,
  set_archive_labels: setArchiveLabels,
  configure_archive: configureArchive,
  limit_archive: limitArchive,
  block_archive: blockArchive,
  unblock_archive: unblockArchive,
} satisfies Implementations;

const USES: readonly BlockedUse[] = ['reads', 'writes'];

function setArchiveOwner(reference: string, owner: CandidPrincipal): CandidArchive {
  return onArchive('set_archive_owner', reference, owner.toText(), (archive) =>
    archiveToCandid(setOwner(running().catalog, archive, owner.toText())),
  );
}

function setArchiveAccess(reference: string, candid: CandidArchiveAccessChange): CandidArchive {
  const change = {
    ...named('writers', candid.writers, textsOf),
    ...named('readers', candid.readers, textsOf),
    ...named('publicRead', candid.public_read, (on) => on),
  };
  const { writers, readers, publicRead } = change;
  const parts = [
    writers && `${writers.length} writers`,
    readers && `${readers.length} readers`,
    publicRead === undefined ? undefined : `public reading ${publicRead ? 'on' : 'off'}`,
  ];
  const detail = parts.filter((part) => part !== undefined).join(', ');
  return onArchive('set_archive_access', reference, detail, (archive) =>
    archiveToCandid(setAccess(running().catalog, archive, change)),
  );
}

function textsOf(principals: readonly CandidPrincipal[]): string[] {
  return principals.map((principal) => principal.toText());
}

function setArchiveLabels(reference: string, labels: readonly CandidLabel[]): CandidArchive {
  const detail = labels.map(({ key, value }) => `${key}=${value}`).join(', ');
  return onArchive('set_archive_labels', reference, detail, (archive) =>
    archiveToCandid(setLabels(running().catalog, archive, labelsFromCandid(labels))),
  );
}

function configureArchive(reference: string, candid: CandidArchiveSettingsChange): CandidArchive {
  const change = settingsFromCandid(candid);
  return onArchive('configure_archive', reference, changeText(change), (archive) =>
    archiveToCandid(changeSettings(running().catalog, archive, change)),
  );
}

function limitArchive(reference: string, candid: CandidArchiveLimitsChange): CandidArchive {
  const change = limitsFromCandid(candid);
  return onArchive('limit_archive', reference, changeText(change), (archive) => {
    const limited = changeLimits(running().catalog, archive, change);
    limitSlotOf(limited);
    return archiveToCandid(limited);
  });
}

function blockArchive(reference: string, use: CandidBlockedUse, reason: string): CandidArchive {
  const blocked = fromVariant(USES, use);
  return onArchive('block_archive', reference, `${blocked}: ${reason}`, (archive) => {
    const byController = messageCaller().isController();
    return archiveToCandid(blockUse(running().catalog, archive, blocked, { reason, byController }));
  });
}

function unblockArchive(reference: string, use: CandidBlockedUse): CandidArchive {
  const blocked = fromVariant(USES, use);
  return onArchive('unblock_archive', reference, blocked, (archive) =>
    archiveToCandid(unblockUse(running().catalog, archive, blocked, messageCaller().isController())),
  );
}
