import { IDL } from 'azle';
import { type CandidArchiveJobs, type CandidResult, jobsMethods } from '../../src/candid';
import { answer } from '../service/answer';
import { method } from '../service/method';
import { listJobs } from './listing';

const signatures = jobsMethods(IDL);

/** Recurring work on archives. */
export class JobsMethods {
  @method(signatures.list_jobs)
  list_jobs(): CandidResult<CandidArchiveJobs[]> {
    return answer(listJobs);
  }
}
