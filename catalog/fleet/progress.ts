import type { Archive } from '../archives/archive';
import type { FinalStep } from '../operations/work';
import type { FleetOperation } from './operation';

/** The operation with the target at its cursor finished. */
export function advance(operation: FleetOperation, failed: boolean, now: bigint): FleetOperation {
  const cursor = operation.cursor + 1;
  const failures = operation.failures + (failed ? 1 : 0);
  const next: FleetOperation = { ...operation, cursor, failures, attempts: 0, progress: '' };
  const isCanary = cursor <= operation.canaries;
  const tolerated = isCanary ? 0 : operation.toleratedFailures;
  if (cursor === operation.targets.length) {
    return { ...next, phase: 'done', finishedAt: now };
  }
  if (failed && failures - operation.forgivenFailures > tolerated) {
    return { ...next, phase: 'stopped' };
  }
  return cursor === operation.canaries && operation.pauseAfterCanaries ? { ...next, phase: 'paused' } : next;
}

/** Why nothing can be done to a target; undefined when something can. A migration goes on with what it has begun. */
export function unfitness(archive: Archive | undefined, kind: string): FinalStep | undefined {
  if (archive === undefined) {
    return { kind: 'skipped', code: 'REFERENCE_STALE', message: 'the archive was purged since' };
  }
  const { state } = archive.life;
  return state === 'active' || (state === 'migrating' && kind === 'migrate')
    ? undefined
    : { kind: 'skipped', code: 'ARCHIVE_STATE', message: `the archive is ${state}` };
}
