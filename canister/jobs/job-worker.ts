import { time } from 'azle';
import { running } from '../service/service';
import { outcomeOf } from './outcome';
import { JOB_STEPS } from './steps';
import { Worker } from './worker';

/** Does the recurring jobs of all archives, the longest overdue first. */
export const jobWorker = new Worker(() => {
  const { jobs } = running();
  const claim = jobs.claim(time());
  return (
    claim &&
    (() => {
      const outcome = outcomeOf(JOB_STEPS[claim.kind], { ...claim, argument: '' });
      jobs.settle(claim.archive, outcome, time());
    })
  );
});
