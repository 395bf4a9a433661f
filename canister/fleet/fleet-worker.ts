import { time } from 'azle';
import type { ClaimedStep } from '../../catalog/fleet/fleet';
import type { FleetOperation } from '../../catalog/fleet/operation';
import { outcomeOf } from '../jobs/outcome';
import { JOB_STEPS } from '../jobs/steps';
import type { WorkStep } from '../jobs/work-step';
import { Worker } from '../jobs/worker';
import { migrateInFleet } from '../migrations/fleet-step';
import { running } from '../service/service';
import { configure } from './configure';

/** What a fleet operation does to one archive, by its kind; a migration's step asks for the attempts, too. */
const FLEET_STEPS: ReadonlyMap<string, WorkStep> = new Map(Object.entries({ ...JOB_STEPS, configure }));

/** Does the fleet operation that is running, archive by archive. */
export const fleetWorker = new Worker(() => {
  const claim = running().fleet.claim(time());
  if (claim === undefined) {
    return undefined;
  }
  return () => doStep(claim);
});

/** In the message after the claim's. */
function doStep(claim: ClaimedStep): void {
  const { fleet } = running();
  // Somebody may have cancelled the operation since the claim.
  if (!fleet.isStanding(claim)) {
    return;
  }
  const { operation, archive, progress } = claim;
  const { kind, argument, number } = operation;
  const outcome = outcomeOf(stepOf(operation), { archive, kind, progress, argument });
  fleet.settle(number, outcome, time());
}

function stepOf({ kind, attempts }: FleetOperation): WorkStep {
  return kind === 'migrate'
    ? (archive, progress, argument) => migrateInFleet(archive, { progress, argument, attempts })
    : (FLEET_STEPS.get(kind) ?? unknownKind);
}

const unknownKind: WorkStep = () => ({
  kind: 'failed',
  code: 'FLEET_KIND_UNKNOWN',
  message: 'this code does not know the kind of operation: install the release that started it',
});
