import { IDL } from 'azle';
import {
  type CandidBeginImport,
  type CandidFinishImport,
  type CandidImportStatus,
  type CandidMissingRanges,
  type CandidReplacement,
  type CandidResult,
  importMethods,
} from '../../../src/candid';
import { answer, answerNatively } from '../../service/answer';
import { method } from '../../service/method';
import {
  beginImport,
  cancelImport,
  finishImport,
  importChunk,
  importStatus,
  missingRanges,
  verifyImport,
} from '../imports';

const signatures = importMethods(IDL);

/** Images that replace an archive's. */
export class ImportMethods {
  @method(signatures.db_begin_import)
  db_begin_import(request: CandidBeginImport): CandidResult<CandidImportStatus> {
    return answer(() => beginImport(request));
  }

  @method(signatures.db_import_chunk, { manual: true })
  db_import_chunk(): void {
    answerNatively(importChunk);
  }

  @method(signatures.db_import_status)
  db_import_status(archive: string): CandidResult<[] | [CandidImportStatus]> {
    return answer(() => importStatus(archive));
  }

  @method(signatures.db_missing_ranges)
  db_missing_ranges(
    archive: string,
    session: bigint,
    from: bigint,
    limit: number,
  ): CandidResult<CandidMissingRanges> {
    return answer(() => missingRanges(archive, session, from, limit));
  }

  @method(signatures.db_verify_import)
  db_verify_import(
    archive: string,
    session: bigint,
    instructionBudget: [] | [bigint],
  ): CandidResult<CandidImportStatus> {
    return answer(() => verifyImport(archive, session, instructionBudget[0]));
  }

  @method(signatures.db_finish_import)
  db_finish_import(request: CandidFinishImport): CandidResult<CandidReplacement> {
    return answer(() => finishImport(request));
  }

  @method(signatures.db_cancel_import)
  db_cancel_import(archive: string, session: bigint): CandidResult<null> {
    return answer(() => cancelImport(archive, session));
  }
}
