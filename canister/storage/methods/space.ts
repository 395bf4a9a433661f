import { IDL } from 'azle';
import {
  type CandidArchiveSpace,
  type CandidCompaction,
  type CandidResult,
  type CandidSlotSpace,
  spaceMethods,
} from '../../../src/candid';
import { answer } from '../../service/answer';
import { method } from '../../service/method';
import { compact, describeSpace, reportSpace } from '../space';

const signatures = spaceMethods(IDL);

/** The room that archives take. */
export class SpaceMethods {
  @method(signatures.db_space)
  db_space(archive: string): CandidResult<CandidSlotSpace> {
    return answer(() => describeSpace(archive));
  }

  @method(signatures.report_space)
  report_space(): CandidResult<CandidArchiveSpace[]> {
    return answer(reportSpace);
  }

  @method(signatures.db_compact)
  db_compact(archive: string, pageBudget: number): CandidResult<CandidCompaction> {
    return answer(() => compact(archive, pageBudget));
  }
}
