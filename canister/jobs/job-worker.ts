import { time } from 'azle';
import type { ClaimedJob } from '../../catalog/jobs/job-ledger';
import { running } from '../service/service';
import { outcomeOf } from './outcome';
import { JOB_STEPS } from './steps';
import { Worker } from './worker';

/** Does the recurring jobs of all archives, the longest overdue first. */
export const jobWorker = new Worker(() => {
  const claim = running().jobs.claim(time());
  if (claim === undefined) {
    return undefined;
  }
  return () => doStep(claim);
});

/** In the message after the claim's. */
function doStep(claim: ClaimedJob): void {
  const outcome = outcomeOf(JOB_STEPS[claim.kind], { ...claim, argument: '' });
  running().jobs.settle(claim.archive, outcome, time());
}
