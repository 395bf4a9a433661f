import { Principal } from '@dfinity/principal';
import { time } from 'azle';
import { configurationArgument } from '../../catalog/fleet/configuration';
import {
  type FleetOperation,
  type FleetRequest,
  type FleetResult,
  type FleetSelection,
  knownKind,
  UPKEEP_KINDS,
} from '../../catalog/fleet/operation';
import type {
  CandidFleetChange,
  CandidFleetOperation,
  CandidFleetPlan,
  CandidFleetReport,
  CandidFleetResult,
  CandidJobKind,
} from '../../src/candid';
import { settingsFromCandid } from '../archives/settings';
import { leaveWhole } from '../migrations/fleet-step';
import { migrateArgument } from '../migrations/sets';
import { messageCaller } from '../service/caller';
import { authoriseCanister, onCanister } from '../service/governed';
import type { Implementations } from '../service/methods';
import { fromVariant, toVariant } from '../service/names';
import { running } from '../service/service';
import { fleetWorker } from './fleet-worker';

export const fleetMethods = {
  start_fleet_upkeep: startUpkeep,
  start_fleet_change: startChange,
  resume_fleet_operation: resumeOperation,
  cancel_fleet_operation: cancelOperation,
  describe_fleet_operation: describeOperation,
  list_fleet_operations: listOperations,
} satisfies Implementations;

function startUpkeep(job: CandidJobKind, plan: CandidFleetPlan): CandidFleetOperation {
  const kind = fromVariant(UPKEEP_KINDS, job);
  return onCanister('start_fleet_upkeep', kind, () => start(requestOf(kind, '', plan)));
}

function startChange(change: CandidFleetChange, plan: CandidFleetPlan): CandidFleetOperation {
  return onCanister('start_fleet_change', detailOf(change), () => start(requestOfChange(change, plan)));
}

function resumeOperation(number: bigint): CandidFleetOperation {
  return onCanister('resume_fleet_operation', String(number), () => {
    const operation = running().fleet.resume(Number(number));
    fleetWorker.wake();
    return toCandid(operation);
  });
}

function cancelOperation(number: bigint): CandidFleetOperation {
  return onCanister('cancel_fleet_operation', String(number), () => {
    const cancelled = running().fleet.cancel(Number(number), time());
    leaveWhole(cancelled);
    return toCandid(cancelled);
  });
}

function describeOperation(number: bigint): CandidFleetReport {
  authoriseCanister('describe_fleet_operation');
  const { fleet } = running();
  const operation = fleet.get(Number(number));
  return { operation: toCandid(operation), results: fleet.results(operation).map(resultToCandid) };
}

function listOperations(): CandidFleetOperation[] {
  authoriseCanister('list_fleet_operations');
  return running().fleet.list().map(toCandid);
}

function detailOf(change: CandidFleetChange): string {
  return 'Migrate' in change ? `migrate ${change.Migrate.set}` : 'configure';
}

function requestOfChange(change: CandidFleetChange, plan: CandidFleetPlan): FleetRequest {
  if ('Configure' in change) {
    return requestOf('configure', configurationArgument(settingsFromCandid(change.Configure)), plan);
  }
  const { set, to } = change.Migrate;
  return requestOf('migrate', migrateArgument(set, to[0] === undefined ? undefined : Number(to[0])), plan);
}

function start(request: FleetRequest): CandidFleetOperation {
  const operation = running().fleet.start(request, messageCaller().principal, time());
  fleetWorker.wake();
  return toCandid(operation);
}

function requestOf(kind: FleetRequest['kind'], argument: string, plan: CandidFleetPlan): FleetRequest {
  return {
    kind,
    argument,
    selection: selectionOf(plan),
    canaries: plan.canaries,
    pauseAfterCanaries: plan.pause_after_canaries,
    toleratedFailures: plan.tolerated_failures,
  };
}

function selectionOf({ selection }: CandidFleetPlan): FleetSelection {
  if ('All' in selection) return { kind: 'all' };
  if ('Named' in selection) return { kind: 'named', references: selection.Named };
  const { key, value } = selection.Label;
  return { kind: 'label', label: { key, value: value[0] } };
}

function toCandid(operation: FleetOperation): CandidFleetOperation {
  const kind = knownKind(operation);
  return {
    number: BigInt(operation.number),
    kind: kind === undefined ? { Unknown: null } : toVariant(kind),
    argument: operation.argument,
    started_by: Principal.fromText(operation.startedBy),
    started_at: operation.startedAt,
    finished_at: operation.finishedAt === undefined ? [] : [operation.finishedAt],
    phase: toVariant(operation.phase),
    targets: operation.targets.length,
    finished: operation.cursor,
    failures: operation.failures,
    canaries: operation.canaries,
    pause_after_canaries: operation.pauseAfterCanaries,
    tolerated_failures: operation.toleratedFailures,
  };
}

function resultToCandid({
  id,
  slot,
  generation,
  outcome,
  code,
  message,
  at,
}: FleetResult): CandidFleetResult {
  return { id, slot, generation: BigInt(generation), outcome: toVariant(outcome), code, message, at };
}
