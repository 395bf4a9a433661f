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
import { running } from '../service/service';
import { doubtAbout } from '../slots/doubt';
import { archiveToCandid } from './description';

export function renameArchive(reference: string, id: string): CandidArchive {
  return onArchive('rename_archive', reference, `to ${id}`, (archive) =>
    archiveToCandid(rename(running().catalog, archive, id)),
  );
}

export function deleteArchive(reference: string): CandidArchive {
  return onArchive('delete_archive', reference, '', (archive) => {
    const deleted = deleteFrom(running().catalog, archive, time());
    running().handles.close(archive.slot);
    return archiveToCandid(deleted);
  });
}

export function recoverArchive(reference: string, id: string | undefined): CandidArchive {
  return onArchive('recover_archive', reference, id === undefined ? '' : `as ${id}`, (archive) =>
    archiveToCandid(recover(running().catalog, archive, id ?? archive.id, time())),
  );
}

export function quarantineArchive(reference: string, reason: string): CandidArchive {
  return onArchive('quarantine_archive', reference, reason, (archive) => {
    const damaged = quarantine(running().catalog, archive, reason);
    running().handles.close(archive.slot);
    return archiveToCandid(damaged);
  });
}

export function liftQuarantine(reference: string): CandidArchive {
  return onArchive('lift_quarantine', reference, '', (archive) =>
    archiveToCandid(lift(running().catalog, archive, doubtAbout(archive.slot, archive.generation))),
  );
}
