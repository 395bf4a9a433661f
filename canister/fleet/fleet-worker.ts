import { time } from 'azle';
import type { FleetKind } from '../../catalog/fleet/operation';
import { outcomeOf } from '../jobs/outcome';
import { JOB_STEPS } from '../jobs/steps';
import type { WorkStep } from '../jobs/work-step';
import { Worker } from '../jobs/worker';
import { migrateInFleet } from '../migrations/fleet-step';
import { running } from '../service/service';
import { configure } from './configure';

/** What each kind of fleet operation does to one archive. */
const FLEET_STEPS: Readonly<Partial<Record<FleetKind, WorkStep>>> = { ...JOB_STEPS, configure };

/** Does the fleet operation that is running, archive by archive. */
export const fleetWorker = new Worker(() => {
  const { fleet } = running();
  const claim = fleet.claim(time());
  return (
    claim &&
    (() => {
      const { kind, argument, number, attempts } = claim.operation;
      const step = kind === 'migrate' ? migrating(attempts) : (FLEET_STEPS[kind] ?? unknownKind);
      const outcome = outcomeOf(step, { ...claim, kind, argument });
      // Somebody may have cancelled it since the claim.
      if (fleet.get(number).phase === 'running') fleet.settle(number, outcome, time());
    })
  );
});

/** @param attempts with the one that is under way */
function migrating(attempts: number): WorkStep {
  return (archive, _progress, argument) => migrateInFleet(archive, { argument, attempts });
}

const unknownKind: WorkStep = () => ({
  kind: 'failed',
  code: 'FLEET_KIND_UNKNOWN',
  message: 'this code does not know the kind of operation: install the release that started it',
});
