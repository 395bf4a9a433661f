import { IDL } from 'azle';
import {
  type CandidCompaction,
  type CandidResult,
  type CandidSlotSpace,
  storageMethods,
} from '../../src/candid';
import { answer, answerNatively } from '../service/answer';
import { method } from '../service/method';
import { appendImport, beginImport, cancelImport, exportChunk, finishImport } from './images';
import { compact, describeSpace } from './space';

const signatures = storageMethods(IDL);

/** Archives as SQLite images, and the room that they take. */
export class StorageMethods {
  @method(signatures.db_export_chunk, { manual: true })
  db_export_chunk(): void {
    answerNatively(exportChunk);
  }

  @method(signatures.db_space)
  db_space(archive: string): CandidResult<CandidSlotSpace> {
    return answer(() => describeSpace(archive));
  }

  @method(signatures.db_compact)
  db_compact(archive: string, pageBudget: number): CandidResult<CandidCompaction> {
    return answer(() => compact(archive, pageBudget));
  }

  @method(signatures.db_begin_import, { manual: true })
  db_begin_import(): void {
    answerNatively(beginImport);
  }

  @method(signatures.db_import_chunk, { manual: true })
  db_import_chunk(): void {
    answerNatively(appendImport);
  }

  @method(signatures.db_finish_import, { manual: true })
  db_finish_import(): void {
    answerNatively(finishImport);
  }

  @method(signatures.db_cancel_import, { manual: true })
  db_cancel_import(): void {
    answerNatively(cancelImport);
  }
}
