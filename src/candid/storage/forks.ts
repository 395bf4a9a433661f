import type { Principal } from '@dfinity/principal';
import type { IdlModule } from '../idl';
import { queryMethod, updateMethod } from '../method';
import { type CandidResult, resultTypes } from '../result';

/** Which image becomes a new archive: the live one, or that of a snapshot. */
export interface CandidBeginFork {
  archive: string;
  snapshot: [] | [string];
  /** Id of the new archive. */
  id: string;
  /** The source's owner when absent. */
  owner: [] | [Principal];
}

/** How far the copy is, in bytes of the image. The new archive opens when it is done. */
export interface CandidForkProgress {
  copied: bigint;
  total: bigint;
  done: boolean;
}

/** Copies of an archive in slots of their own, made some pages a call. */
export interface ForkService {
  /** Creates the new archive, in state `Importing`, and pins the image that it is to have. Answers its `id@generation`. */
  db_begin_fork(request: CandidBeginFork): Promise<CandidResult<string>>;
  /** Copies up to `pageBudget` pages of 4,096 bytes into the new archive. */
  db_continue_fork(archive: string, pageBudget: number): Promise<CandidResult<CandidForkProgress>>;
  /** Absent when no copy of the new archive is under way. */
  db_fork_progress(archive: string): Promise<CandidResult<[] | [CandidForkProgress]>>;
  /** Gives the copy up; the new archive is purged. */
  db_cancel_fork(archive: string): Promise<CandidResult<null>>;
}

export function forkMethods(IDL: IdlModule) {
  const resultOf = resultTypes(IDL);
  const BeginFork = IDL.Record({
    archive: IDL.Text,
    snapshot: IDL.Opt(IDL.Text),
    id: IDL.Text,
    owner: IDL.Opt(IDL.Principal),
  });
  const Progress = IDL.Record({ copied: IDL.Nat64, total: IDL.Nat64, done: IDL.Bool });
  return {
    db_begin_fork: updateMethod([BeginFork], resultOf(IDL.Text)),
    db_continue_fork: updateMethod([IDL.Text, IDL.Nat32], resultOf(Progress)),
    db_fork_progress: queryMethod([IDL.Text], resultOf(IDL.Opt(Progress))),
    db_cancel_fork: updateMethod([IDL.Text], resultOf(IDL.Null)),
  };
}
