import { time } from 'azle';
import { purgeArchive as purge } from '../../catalog/archives/purge';
import { onArchive } from '../service/governed';
import { running } from '../service/service';
import { archiveStorage } from '../storage/purge';

/** Gives the slot of a deleted archive back, or a bounded part of it. True when the slot is free. */
export function purgeArchive(reference: string): boolean {
  return onArchive('purge_archive', reference, '', (archive) =>
    purge(running().catalog, archive, archiveStorage, time()),
  );
}
