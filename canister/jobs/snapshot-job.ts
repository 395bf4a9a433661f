import { time } from 'azle';
import type { Archive } from '../../catalog/archives/archive';
import { codeOf } from '../../catalog/error';
import { expiredSnapshots, type KeptSnapshot, retentionOf } from '../../catalog/jobs/retention';
import type { FinalStep, StepOutcome } from '../../catalog/operations/work';
import { nativeModule } from '../../src/database';
import type { KeptImage } from '../../src/native/interface';
import { nanoseconds, WHOLE_STEP } from '../service/arguments';
import { running } from '../service/service';

const NANOSECONDS_PER_SECOND = 1_000_000_000n;
/** Progress before there is a snapshot; from then on it is the snapshot's name. */
const MAKING_ROOM = 'making room';

/**
 * Takes a snapshot, unless the newest scheduled one is of the same transaction. Those that retention does not keep go
 * before, so that an archive with as many images as a slot holds gets one again, and after.
 */
export function takeSnapshot(archive: Archive, progress: string): StepOutcome {
  if (progress === '') dropExpired(archive);
  try {
    if (!nativeModule().reclaimImages(archive.slot, WHOLE_STEP)) {
      return { kind: 'more', progress: progress || MAKING_ROOM };
    }
  } catch (error) {
    return afterDamage(error, hasTaken(progress) ? done(progress) : takeIfChanged(archive));
  }
  if (hasTaken(progress)) return done(progress);
  const taken = takeIfChanged(archive);
  if (taken.kind !== 'done') return taken;
  dropExpired(archive);
  return { kind: 'more', progress: taken.message };
}

const hasTaken = (progress: string) => progress !== '' && progress !== MAKING_ROOM;

const done = (name: string): FinalStep => ({ kind: 'done', message: name });

/** What could not be given back stays; the archive has its snapshot all the same, and somebody has to look at it. */
function afterDamage(error: unknown, taken: FinalStep): FinalStep {
  const code = codeOf(error);
  if (code !== 'SLOT_DAMAGED') throw error;
  const result = taken.kind === 'done' ? `took the snapshot ${taken.message}` : taken.message;
  return { kind: 'failed', code, message: `${(error as Error).message}; ${result}` };
}

function takeIfChanged({ slot }: Archive): FinalStep {
  const native = nativeModule();
  const [newest] = scheduledSnapshots(slot);
  if (newest !== undefined && newest.transactionId === native.describeSlot(slot)?.transactionId) {
    const message = `nothing has changed since the snapshot ${newest.name}`;
    return { kind: 'skipped', code: 'SNAPSHOT_UP_TO_DATE', message };
  }
  const name = `scheduled-${time() / NANOSECONDS_PER_SECOND}`;
  native.createSnapshot(slot, name, 'schedule');
  return done(name);
}

/** The newest first. */
function scheduledSnapshots(slot: number): KeptImage[] {
  const snapshots = nativeModule().listSnapshots(slot);
  return snapshots.filter(({ origin }) => origin === 'schedule').sort((a, b) => b.id - a.id);
}

function dropExpired(archive: Archive): void {
  const { slot } = archive;
  const snapshots = scheduledSnapshots(slot).map(
    ({ id, createdAt }): KeptSnapshot => ({
      name: String(id),
      takenAt: nanoseconds(createdAt),
      automatic: true,
    }),
  );
  for (const id of expiredSnapshots(snapshots, retentionOf(running().catalog, archive), time())) {
    nativeModule().deleteSnapshot(slot, Number(id));
  }
}
