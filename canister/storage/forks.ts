import { time } from 'azle';
import { abandonFirstImport } from '../../catalog/archives/purge';
import { referenceTo } from '../../catalog/archives/reference';
import type { CandidBeginFork, CandidForkProgress } from '../../src/candid';
import { nativeModule } from '../../src/database';
import type { ForkProgress } from '../../src/native/interface';
import { pageCount } from '../service/arguments';
import { authorisedArchive, onArchive } from '../service/governed';
import { limitSlotOf } from '../service/limits';
import type { Implementations } from '../service/methods';
import { running } from '../service/service';
import { openImported, registerImporting } from './importing-archive';
import { releaseSlot } from './purge';
import { assertSize } from './replacement';
import { snapshotNamed } from './snapshots';

export const forksMethods = {
  db_begin_fork: beginFork,
  db_continue_fork: continueFork,
  db_fork_progress: forkProgress,
  db_cancel_fork: cancelFork,
} satisfies Implementations;

/** Creates an archive that is to become a copy of another one's image. */
function beginFork(request: CandidBeginFork): string {
  const [snapshotName] = request.snapshot;
  const image = snapshotName === undefined ? 'the live image' : `the snapshot '${snapshotName}'`;
  return onArchive('db_begin_fork', request.archive, `${image} into ${request.id}`, (source) => {
    const snapshot = snapshotName === undefined ? undefined : snapshotNamed(source, snapshotName);
    const size = (snapshot ?? nativeModule().describeSlot(source.slot))?.logicalSize ?? 0;
    const owner = request.owner[0]?.toText() ?? source.owner;
    const fork = registerImporting(
      request.id,
      owner,
      { pageSize: source.pageSize },
      {
        begin: (archive) => {
          assertSize(archive, size);
          limitSlotOf(archive);
          nativeModule().beginFork(source.slot, archive.slot, archive.generation, snapshot?.id);
        },
        undo: ({ slot }) => {
          while (!releaseSlot(slot));
        },
      },
    );
    return referenceTo(fork);
  });
}

/** Copies some pages; the last ones open the new archive. */
function continueFork(reference: string, pageBudget: number): CandidForkProgress {
  const archive = authorisedArchive('db_continue_fork', reference);
  limitSlotOf(archive);
  const progress = nativeModule().continueFork(archive.slot, pageCount(pageBudget));
  if (progress.done) openImported(archive);
  return toCandid(progress);
}

function forkProgress(reference: string): [] | [CandidForkProgress] {
  const { slot } = authorisedArchive('db_fork_progress', reference);
  const progress = nativeModule().forkProgress(slot);
  return progress === undefined ? [] : [toCandid(progress)];
}

/** Gives the copy up. The new archive has nothing else, so that it is purged. */
function cancelFork(reference: string): null {
  return onArchive('db_cancel_fork', reference, '', (archive) => {
    nativeModule().cancelFork(archive.slot);
    abandonFirstImport(running().catalog, archive, time());
    return null;
  });
}

function toCandid({ copied, total, done }: ForkProgress): CandidForkProgress {
  return { copied: BigInt(copied), total: BigInt(total), done };
}
