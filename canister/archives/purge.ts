import { canisterSelf, time } from 'azle';
import type { Archive } from '../../catalog/archives/archive';
import { purgeArchive as purge } from '../../catalog/archives/purge';
import { referenceTo } from '../../catalog/archives/reference';
import { onArchive } from '../service/governed';
import type { Implementations } from '../service/methods';
import { running } from '../service/service';
import { archiveStorage } from '../storage/purge';

export const purgeMethods = {
  purge_archive: purgeArchive,
} satisfies Implementations;

/** Gives the slot of a deleted archive back, or a bounded part of it. True when the slot is free. */
function purgeArchive(reference: string): boolean {
  return onArchive('purge_archive', reference, '', purgeSome);
}

/** The same for an archive that nobody can recover any more. */
export function purgeSome(archive: Archive): boolean {
  return purge(running().catalog, archive, archiveStorage, time());
}

/** Leaves the trace of a purge that nobody called. */
export function logLapsed(archive: Archive): void {
  running().governance.audit.append({
    at: time(),
    caller: canisterSelf().toText(),
    method: 'purge_archive',
    archive: referenceTo(archive),
    outcome: 'ok',
    detail: 'its time to be recovered is over',
  });
}
