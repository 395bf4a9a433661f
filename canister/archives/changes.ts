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
import type {
  CandidArchive,
  CandidArchiveAccess,
  CandidArchiveLimits,
  CandidArchiveSettings,
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
import { limitsFromCandid, settingsFromCandid } from './settings';

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

function setArchiveAccess(reference: string, access: CandidArchiveAccess): CandidArchive {
  const writers = access.writers.map((principal) => principal.toText());
  const readers = access.readers.map((principal) => principal.toText());
  const detail = `${writers.length} writers, ${readers.length} readers, public reading ${access.public_read ? 'on' : 'off'}`;
  return onArchive('set_archive_access', reference, detail, (archive) =>
    archiveToCandid(
      setAccess(running().catalog, archive, { writers, readers, publicRead: access.public_read }),
    ),
  );
}

function setArchiveLabels(reference: string, labels: readonly CandidLabel[]): CandidArchive {
  const detail = labels.map(({ key, value }) => `${key}=${value}`).join(', ');
  return onArchive('set_archive_labels', reference, detail, (archive) =>
    archiveToCandid(setLabels(running().catalog, archive, labelsFromCandid(labels))),
  );
}

function configureArchive(reference: string, candid: CandidArchiveSettings): CandidArchive {
  const settings = settingsFromCandid(candid);
  return onArchive('configure_archive', reference, JSON.stringify(settings), (archive) =>
    archiveToCandid(changeSettings(running().catalog, archive, settings)),
  );
}

function limitArchive(reference: string, candid: CandidArchiveLimits): CandidArchive {
  const limits = limitsFromCandid(candid);
  return onArchive('limit_archive', reference, JSON.stringify(limits), (archive) => {
    const limited = changeLimits(running().catalog, archive, limits);
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
