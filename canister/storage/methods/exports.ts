import { IDL } from 'azle';
import {
  type CandidBeginExport,
  type CandidExport,
  type CandidResult,
  exportMethods,
} from '../../../src/candid';
import { answer, answerNatively } from '../../service/answer';
import { method } from '../../service/method';
import { beginExport, endExport, exportChunk, listExports } from '../exports';

const signatures = exportMethods(IDL);

/** Archives as SQLite files. */
export class ExportMethods {
  @method(signatures.db_begin_export)
  db_begin_export(request: CandidBeginExport): CandidResult<CandidExport> {
    return answer(() => beginExport(request));
  }

  @method(signatures.db_export_chunk, { manual: true })
  db_export_chunk(): void {
    answerNatively(exportChunk);
  }

  @method(signatures.db_end_export)
  db_end_export(archive: string, token: bigint): CandidResult<null> {
    return answer(() => endExport(archive, token));
  }

  @method(signatures.db_list_exports)
  db_list_exports(archive: string): CandidResult<CandidExport[]> {
    return answer(() => listExports(archive));
  }
}
