import type { CandidPrincipal } from '../../candid';
import { type CandidVerification, optional, type TabulariumService } from '../../candid';
import { unwrap } from '../error';
import { requireOptions } from '../options';
import { UPKEEP_PAGES, untilDone } from './steps';
import type { Progress } from './transfer';

/** Pages of 4,096 bytes that a query verifies at most; the canister ends it before it takes too long. */
const VERIFIED_PAGES = 100_000;

export interface AdoptOptions {
  /** The caller when nothing is said. */
  readonly owner?: CandidPrincipal;
  readonly progress?: Progress;
}

/** Reads all of an adoptable image; `matches` tells whether its writer's checksum holds, where there is a fresh one. */
export async function verifySlot(
  service: TabulariumService,
  slot: number,
  progress: Progress,
): Promise<CandidVerification> {
  let before: [] | [CandidVerification] = [];
  for (;;) {
    const verification: CandidVerification = unwrap(await service.verify_slot(slot, before, VERIFIED_PAGES));
    progress(Number(verification.verified), Number(verification.total));
    if (verification.complete) return verification;
    before = [verification];
  }
}

/**
 * Makes an archive of what other software wrote into a slot. Controllers only. An adoption that fails is cancelled: the
 * slot is as it was then.
 *
 * @returns `id@generation` of the archive
 * @throws what failed first, whatever becomes of the cancel
 */
export async function adoptSlot(
  service: TabulariumService,
  slot: number,
  id: string,
  options: AdoptOptions,
): Promise<string> {
  requireOptions(options, ['owner', 'progress']);
  const { owner, progress } = options;
  const begun = await service.adopt_slot({ slot, id, owner: optional(owner) });
  const { archive, done } = unwrap(begun);
  if (done) return archive;
  try {
    await untilDone(
      async () => unwrap(await service.db_continue_adoption(archive, UPKEEP_PAGES)),
      ({ copied, total }) => progress?.(Number(copied), Number(total)),
    );
  } catch (error) {
    await service.db_cancel_adoption(archive).catch(() => {});
    throw error;
  }
  return archive;
}
