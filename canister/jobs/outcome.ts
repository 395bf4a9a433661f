import type { Archive } from '../../catalog/archives/archive';
import { codeOf } from '../../catalog/error';
import { unfitness } from '../../catalog/fleet/progress';
import type { StepOutcome } from '../../catalog/operations/work';
import { running } from '../service/service';
import type { WorkStep } from './work-step';

/** What is to be done now, as it was claimed in an earlier message. */
export interface ClaimedWork {
  readonly archive: Archive;
  /** Of a job, or of a fleet operation, which a later release may have started. */
  readonly kind: string;
  readonly progress: string;
  readonly argument: string;
}

/** Does a claimed step, unless the archive has gone out of service since the claim. */
export function outcomeOf(step: WorkStep, { archive, kind, progress, argument }: ClaimedWork): StepOutcome {
  const present = running().catalog.ofGeneration(archive.generation);
  const unfit = unfitness(present, kind);
  if (present === undefined || unfit !== undefined) {
    return unfit ?? { kind: 'skipped', code: 'REFERENCE_STALE', message: 'the archive was purged since' };
  }
  try {
    return step(present, progress, argument);
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) {
      throw error;
    }
    return { kind: 'failed', code, message: (error as Error).message };
  }
}
