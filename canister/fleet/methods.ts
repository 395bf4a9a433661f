import { IDL } from 'azle';
import {
  type CandidFleetChange,
  type CandidFleetOperation,
  type CandidFleetPlan,
  type CandidFleetReport,
  type CandidJobKind,
  type CandidResult,
  fleetMethods,
} from '../../src/candid';
import { answer } from '../service/answer';
import { method } from '../service/method';
import {
  cancelOperation,
  describeOperation,
  listOperations,
  resumeOperation,
  startChange,
  startUpkeep,
} from './operations';

const signatures = fleetMethods(IDL);

/** Operations on many archives. */
export class FleetMethods {
  @method(signatures.start_fleet_upkeep)
  start_fleet_upkeep(job: CandidJobKind, plan: CandidFleetPlan): CandidResult<CandidFleetOperation> {
    return answer(() => startUpkeep(job, plan));
  }

  @method(signatures.start_fleet_change)
  start_fleet_change(change: CandidFleetChange, plan: CandidFleetPlan): CandidResult<CandidFleetOperation> {
    return answer(() => startChange(change, plan));
  }

  @method(signatures.resume_fleet_operation)
  resume_fleet_operation(number: bigint): CandidResult<CandidFleetOperation> {
    return answer(() => resumeOperation(number));
  }

  @method(signatures.cancel_fleet_operation)
  cancel_fleet_operation(number: bigint): CandidResult<CandidFleetOperation> {
    return answer(() => cancelOperation(number));
  }

  @method(signatures.describe_fleet_operation)
  describe_fleet_operation(number: bigint): CandidResult<CandidFleetReport> {
    return answer(() => describeOperation(number));
  }

  @method(signatures.list_fleet_operations)
  list_fleet_operations(): CandidResult<CandidFleetOperation[]> {
    return answer(listOperations);
  }
}
