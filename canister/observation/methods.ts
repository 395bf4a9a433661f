import { IDL } from 'azle';
import { type CandidMemoryReport, type CandidResult, observationMethods } from '../../src/candid';
import { answer } from '../service/answer';
import { method } from '../service/method';
import { reportMemory } from './memory';

const signatures = observationMethods(IDL);

/** What operators can see of the canister. */
export class ObservationMethods {
  @method(signatures.report_memory)
  report_memory(): CandidResult<CandidMemoryReport> {
    return answer(reportMemory);
  }
}
