import { time } from 'azle';
import {
  deleteArchive as deleteFrom,
  liftQuarantine as lift,
  quarantineArchive as quarantine,
  recoverArchive as recover,
  renameArchive as rename,
} from '../../catalog/archives/life';
import type { CandidArchive } from '../../src/candid';
import { onArchive } from '../service/governed';
import type { Implementations } from '../service/methods';
import { running } from '../service/service';
import { doubtAbout } from '../slots/doubt';
import { archiveToCandid } from './description';

export const lifeMethods = {
  rename_archive: renameArchive,
  delete_archive: deleteArchive,
  recover_archive: recoverArchive,
  quarantine_archive: quarantineArchive,
  lift_quarantine: liftQuarantine,
} satisfies Implementations;

function renameArchive(reference: string, id: string): CandidArchive {
  return onArchive('rename_archive', reference, `to ${id}`, (archive) =>
    archiveToCandid(rename(running().catalog, archive, id)),
  );
}

function deleteArchive(reference: string): CandidArchive {
  return onArchive('delete_archive', reference, '', (archive) => {
    const deleted = deleteFrom(running().catalog, archive, time());
    running().handles.close(archive.slot);
    return archiveToCandid(deleted);
  });
}

function recoverArchive(reference: string, [id]: [] | [string]): CandidArchive {
  return onArchive('recover_archive', reference, id === undefined ? '' : `as ${id}`, (archive) =>
    archiveToCandid(recover(running().catalog, archive, id ?? archive.id, time())),
  );
}

function quarantineArchive(reference: string, reason: string): CandidArchive {
  return onArchive('quarantine_archive', reference, reason, (archive) => {
    const damaged = quarantine(running().catalog, archive, reason);
    running().handles.close(archive.slot);
    return archiveToCandid(damaged);
  });
}

function liftQuarantine(reference: string): CandidArchive {
  return onArchive('lift_quarantine', reference, '', (archive) =>
    archiveToCandid(lift(running().catalog, archive, doubtAbout(archive.slot, archive.generation))),
  );
}
