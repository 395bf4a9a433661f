import { IDL, init, postUpgrade, query, time, update } from 'azle';
import {
  type CandidArchive,
  type CandidArchiveDescription,
  type CandidCompaction,
  type CandidCreateArchive,
  type CandidMemoryReport,
  type CandidResult,
  type CandidSlotSpace,
  candidTypes,
} from '../src/candid';
import { answer, answerNatively } from './answer';
import { createArchive, describeArchive, listArchives } from './archives';
import { reportMemory } from './diagnostics';
import { execute, query as querySql } from './execution';
import { appendImport, beginImport, cancelImport, exportChunk, finishImport } from './images';
import { seedRandomnessSoon } from './randomness';
import { startService } from './service';
import { compact, describeSpace } from './space';

const types = candidTypes(IDL);
const SQL_ARGUMENTS = [IDL.Text, IDL.Text, IDL.Vec(types.Value)];
const SQL_RESULT = types.resultOf(types.Execution);
const DONE = types.resultOf(IDL.Null);

/**
 * The Candid methods. Those that tenants' applications call for their data are `manual`: their arguments and replies
 * cross natively, because Candid in interpreted JavaScript costs millions of instructions a call.
 */
export default class Tabularium {
  // The native module has read the argument before Azle started, because the bucket size decides where Azle's own
  // stable memory lies.
  @init([types.InstallOptions], { manual: true })
  init(): void {
    startService();
    seedRandomnessSoon();
  }

  @postUpgrade([types.InstallOptions], { manual: true })
  postUpgrade(): void {
    startService();
    seedRandomnessSoon();
  }

  @update([types.CreateArchive], types.resultOf(types.Archive))
  create_archive(request: CandidCreateArchive): CandidResult<CandidArchive> {
    return answer(() => createArchive(request.id, request.owner[0]?.toText(), time()));
  }

  @query([], types.resultOf(IDL.Vec(types.Archive)))
  list_archives(): CandidResult<CandidArchive[]> {
    return answer(listArchives);
  }

  @query([IDL.Text], types.resultOf(types.ArchiveDescription))
  describe_archive(id: string): CandidResult<CandidArchiveDescription> {
    return answer(() => describeArchive(id));
  }

  @query([], types.resultOf(types.MemoryReport))
  report_memory(): CandidResult<CandidMemoryReport> {
    return answer(reportMemory);
  }

  /** (archive, SQL, parameters): one message, one transaction. */
  @update(SQL_ARGUMENTS, SQL_RESULT, { manual: true })
  execute(): void {
    answerNatively(execute);
  }

  /** (archive, SQL, parameters): statements that only read. */
  @query(SQL_ARGUMENTS, SQL_RESULT, { manual: true })
  query(): void {
    answerNatively(querySql);
  }

  /** (archive, transaction id, offset, length): bytes of the SQLite image, while it is at that transaction. */
  @query([IDL.Text, IDL.Nat64, IDL.Nat64, IDL.Nat32], types.resultOf(IDL.Vec(IDL.Nat8)), { manual: true })
  db_export_chunk(): void {
    answerNatively(exportChunk);
  }

  @query([IDL.Text], types.resultOf(types.SlotSpace))
  db_space(archive: string): CandidResult<CandidSlotSpace> {
    return answer(() => describeSpace(archive));
  }

  /** (archive, page budget): bounded, to be called until it is done; may be given up after any call. */
  @update([IDL.Text, IDL.Nat32], types.resultOf(types.Compaction))
  db_compact(archive: string, pageBudget: number): CandidResult<CandidCompaction> {
    return answer(() => compact(archive, pageBudget));
  }

  /** (archive, total size in bytes). */
  @update([IDL.Text, IDL.Nat64], DONE, { manual: true })
  db_begin_import(): void {
    answerNatively(beginImport);
  }

  /** (archive, offset, bytes). */
  @update([IDL.Text, IDL.Nat64, IDL.Vec(IDL.Nat8)], DONE, { manual: true })
  db_import_chunk(): void {
    answerNatively(appendImport);
  }

  /** (archive): checks the staged image and switches it in. */
  @update([IDL.Text], DONE, { manual: true })
  db_finish_import(): void {
    answerNatively(finishImport);
  }

  /** (archive): drops the staged image. */
  @update([IDL.Text], DONE, { manual: true })
  db_cancel_import(): void {
    answerNatively(cancelImport);
  }
}
