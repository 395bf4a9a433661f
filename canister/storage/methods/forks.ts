import { IDL } from 'azle';
import {
  type CandidBeginFork,
  type CandidForkProgress,
  type CandidResult,
  forkMethods,
} from '../../../src/candid';
import { answer } from '../../service/answer';
import { method } from '../../service/method';
import { beginFork, cancelFork, continueFork, forkProgress } from '../forks';

const signatures = forkMethods(IDL);

/** Copies of an archive in slots of their own. */
export class ForkMethods {
  @method(signatures.db_begin_fork)
  db_begin_fork(request: CandidBeginFork): CandidResult<string> {
    return answer(() => beginFork(request));
  }

  @method(signatures.db_continue_fork)
  db_continue_fork(archive: string, pageBudget: number): CandidResult<CandidForkProgress> {
    return answer(() => continueFork(archive, pageBudget));
  }

  @method(signatures.db_fork_progress)
  db_fork_progress(archive: string): CandidResult<[] | [CandidForkProgress]> {
    return answer(() => forkProgress(archive));
  }

  @method(signatures.db_cancel_fork)
  db_cancel_fork(archive: string): CandidResult<null> {
    return answer(() => cancelFork(archive));
  }
}
