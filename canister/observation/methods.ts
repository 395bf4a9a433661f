import { IDL } from 'azle';
import {
  type CandidAuditPage,
  type CandidFinding,
  type CandidMemoryReport,
  type CandidResult,
  observationMethods,
} from '../../src/candid';
import { answer } from '../service/answer';
import { method } from '../service/method';
import { readAuditLog } from './audit';
import { examine } from './doctor';
import { reportMemory } from './memory';

const signatures = observationMethods(IDL);

/** What operators can see of the canister. */
export class ObservationMethods {
  @method(signatures.report_memory)
  report_memory(): CandidResult<CandidMemoryReport> {
    return answer(reportMemory);
  }

  @method(signatures.doctor)
  doctor(): CandidResult<CandidFinding[]> {
    return answer(examine);
  }

  @method(signatures.read_audit_log)
  read_audit_log([before]: [] | [bigint], limit: number): CandidResult<CandidAuditPage> {
    return answer(() => readAuditLog(before, limit));
  }
}
