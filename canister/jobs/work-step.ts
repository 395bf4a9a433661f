import type { Archive } from '../../catalog/archives/archive';
import type { StepOutcome } from '../../catalog/operations/work';

/**
 * Does a bounded part of some work on an archive. An expected error that it throws is the work's failure; a trap is tried
 * again, and given up after three times.
 *
 * @param progress what the step before returned; empty at first
 * @param argument of the fleet operation; empty for jobs
 */
export type WorkStep = (archive: Archive, progress: string, argument: string) => StepOutcome;
