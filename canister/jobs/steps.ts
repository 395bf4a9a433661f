import type { Archive } from '../../catalog/archives/archive';
import type { JobKind } from '../../catalog/archives/settings';
import { compactionPays } from '../../catalog/jobs/compaction-pays';
import type { StepOutcome } from '../../catalog/operations/work';
import { checkArchive, nativeModule } from '../../src/database';
import { WHOLE_STEP } from '../service/arguments';
import { running } from '../service/service';
import { takeSnapshot } from './snapshot-job';
import type { WorkStep } from './work-step';

const CHECK_INSTRUCTIONS = 10_000_000_000;
/** Something to hand on where the storage itself knows how far it has come. */
const UNDER_WAY = 'under way';

/** What each kind of recurring job does, also out of turn for a fleet operation. */
export const JOB_STEPS: Readonly<Record<JobKind, WorkStep>> = {
  checksum: refreshChecksum,
  'quick-check': quickCheck,
  snapshot: takeSnapshot,
  compaction: compact,
};

function refreshChecksum({ slot }: Archive): StepOutcome {
  const { done } = nativeModule().refreshChecksum(slot, WHOLE_STEP);
  return done
    ? { kind: 'done', message: `XXH64 ${nativeModule().slotChecksum(slot)?.checksum}` }
    : { kind: 'more', progress: UNDER_WAY };
}

function quickCheck({ slot }: Archive, progress: string): StepOutcome {
  const report = checkArchive(running().handles.open(slot), {
    kind: 'quick',
    instructionBudget: CHECK_INSTRUCTIONS,
    cursor: progress === '' ? undefined : progress,
  });
  const [finding] = report.findings;
  if (finding !== undefined) {
    return { kind: 'failed', code: 'CHECK_FOUND_DAMAGE', message: finding.message };
  }
  const [unchecked] = report.unchecked;
  if (unchecked !== undefined) {
    const message = `the table ${unchecked} takes more than a step's instructions: check it by hand`;
    return { kind: 'failed', code: 'CHECK_INCOMPLETE', message };
  }
  return report.cursor === undefined
    ? { kind: 'done', message: 'ok' }
    : { kind: 'more', progress: report.cursor };
}

function compact({ slot }: Archive, progress: string): StepOutcome {
  const native = nativeModule();
  const space = native.slotSpace(slot);
  const returnable = space?.bucketsReturnable ?? 0;
  if (progress === '' && !compactionPays(space?.bucketsOwned ?? 0, returnable)) {
    const message = `${returnable} of ${space?.bucketsOwned ?? 0} buckets would come back`;
    return { kind: 'skipped', code: 'COMPACTION_DOES_NOT_PAY', message };
  }
  const step = native.compact(slot, WHOLE_STEP);
  const returned = Number(progress || '0') + step.bucketsReturned;
  return step.done || step.bucketsReturnable === 0
    ? { kind: 'done', message: `${returned} buckets came back` }
    : { kind: 'more', progress: String(returned) };
}
