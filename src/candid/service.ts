import type { IDL } from '@dfinity/candid';
import type {
  CandidArchive,
  CandidArchiveDescription,
  CandidCompaction,
  CandidCreateArchive,
  CandidExecution,
  CandidMemoryReport,
  CandidResult,
  CandidSlotSpace,
  CandidValue,
} from './shapes';
import { candidTypes, type IdlModule } from './types';

/** The service's interface for an agent or PocketIC: `createActor(idlFactory, …)`. */
export const idlFactory: IDL.InterfaceFactory = ({ IDL }) => {
  const types = candidTypes(IDL);
  const sql: [IDL.Type, ...IDL.Type[]] = [IDL.Text, IDL.Text, IDL.Vec(types.Value)];
  const done: [IDL.Type] = [types.resultOf(IDL.Null)];
  return IDL.Service({
    create_archive: IDL.Func([types.CreateArchive], [types.resultOf(types.Archive)], []),
    list_archives: IDL.Func([], [types.resultOf(IDL.Vec(types.Archive))], ['query']),
    describe_archive: IDL.Func([IDL.Text], [types.resultOf(types.ArchiveDescription)], ['query']),
    report_memory: IDL.Func([], [types.resultOf(types.MemoryReport)], ['query']),
    execute: IDL.Func(sql, [types.resultOf(types.Execution)], []),
    query: IDL.Func(sql, [types.resultOf(types.Execution)], ['query']),
    db_export_chunk: IDL.Func(
      [IDL.Text, IDL.Nat64, IDL.Nat64, IDL.Nat32],
      [types.resultOf(IDL.Vec(IDL.Nat8))],
      ['query'],
    ),
    db_space: IDL.Func([IDL.Text], [types.resultOf(types.SlotSpace)], ['query']),
    db_compact: IDL.Func([IDL.Text, IDL.Nat32], [types.resultOf(types.Compaction)], []),
    db_begin_import: IDL.Func([IDL.Text, IDL.Nat64], done, []),
    db_import_chunk: IDL.Func([IDL.Text, IDL.Nat64, IDL.Vec(IDL.Nat8)], done, []),
    db_finish_import: IDL.Func([IDL.Text], done, []),
    db_cancel_import: IDL.Func([IDL.Text], done, []),
  });
};

/** The type of the install argument and of the upgrade argument. */
export const init = ({ IDL }: { IDL: IdlModule }): IDL.Type[] => [candidTypes(IDL).InstallOptions];

/** The actor that {@link idlFactory} describes. */
export interface TabulariumService {
  create_archive(request: CandidCreateArchive): Promise<CandidResult<CandidArchive>>;
  list_archives(): Promise<CandidResult<CandidArchive[]>>;
  describe_archive(archive: string): Promise<CandidResult<CandidArchiveDescription>>;
  report_memory(): Promise<CandidResult<CandidMemoryReport>>;
  execute(archive: string, sql: string, parameters: CandidValue[]): Promise<CandidResult<CandidExecution>>;
  query(archive: string, sql: string, parameters: CandidValue[]): Promise<CandidResult<CandidExecution>>;
  db_export_chunk(
    archive: string,
    transactionId: bigint,
    offset: bigint,
    length: number,
  ): Promise<CandidResult<Uint8Array | number[]>>;
  db_space(archive: string): Promise<CandidResult<CandidSlotSpace>>;
  db_compact(archive: string, pageBudget: number): Promise<CandidResult<CandidCompaction>>;
  db_begin_import(archive: string, totalSize: bigint): Promise<CandidResult<null>>;
  db_import_chunk(archive: string, offset: bigint, chunk: Uint8Array | number[]): Promise<CandidResult<null>>;
  db_finish_import(archive: string): Promise<CandidResult<null>>;
  db_cancel_import(archive: string): Promise<CandidResult<null>>;
}
