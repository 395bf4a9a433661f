import type { CandidPrincipal } from '../../candid';
import { optional, type TabulariumService } from '../../candid';
import { unwrap } from '../error';
import { requireOptions } from '../options';
import { UPKEEP_PAGES, untilDone } from './steps';
import type { Progress } from './transfer';

export interface ForkOptions {
  /** The live image unless a snapshot is named. */
  readonly snapshot?: string;
  /** The source's owner when nothing is said. */
  readonly owner?: CandidPrincipal;
  readonly progress?: Progress;
}

/**
 * Makes a new archive of another one's image. Controllers only. A fork that fails is cancelled, and its archive purged.
 *
 * @returns `id@generation` of the new archive
 * @throws what failed first, whatever becomes of the cancel
 */
export async function forkArchive(
  service: TabulariumService,
  archive: string,
  id: string,
  options: ForkOptions,
): Promise<string> {
  requireOptions(options, ['snapshot', 'owner', 'progress']);
  const { snapshot, owner, progress } = options;
  const reply = await service.db_begin_fork({
    archive,
    id,
    snapshot: optional(snapshot),
    owner: optional(owner),
  });
  const fork = unwrap(reply);
  try {
    await untilDone(
      async () => unwrap(await service.db_continue_fork(fork, UPKEEP_PAGES)),
      ({ copied, total }) => progress?.(Number(copied), Number(total)),
    );
  } catch (error) {
    await service.db_cancel_fork(fork).catch(() => {});
    throw error;
  }
  return fork;
}
