import { setTimer } from 'azle';
import type { SlotPlan } from '../../catalog/slots/slot-plan';
import { fleetWorker } from '../fleet/fleet-worker';
import { keepAlive } from '../jobs/heartbeat';
import { jobWorker } from '../jobs/job-worker';
import { purgeWorker } from '../jobs/purge-worker';
import { reclaimWorker } from '../jobs/reclaim-worker';
import { watchIdleCost } from '../observation/cycles';
import { startService } from '../service/service';
import { quarantineDoubtfulArchives } from './layout-check';
import { seedRandomnessSoon } from './randomness';
import { installTextCodec } from './text-codec';

declare global {
  /** Azle's system calls where its experimental runtime is used. */
  var _azleIcExperimental: object | undefined;
}

/** MemoryId that Azle's experimental runtime keeps for itself. */
const EXPERIMENTAL_RUNTIME_MEMORY_ID = 254;

/**
 * What init and post_upgrade have in common.
 *
 * @param plan slots of a new catalog; one that exists keeps its own
 */
export function start(plan: SlotPlan | undefined): void {
  installTextCodec();
  const runtimeIds = globalThis._azleIcExperimental === undefined ? [] : [EXPERIMENTAL_RUNTIME_MEMORY_ID];
  const { catalog } = startService(plan === undefined ? { runtimeIds } : { plan, runtimeIds });
  quarantineDoubtfulArchives(catalog);
  setTimer(0, () => {
    keepAlive([purgeWorker, fleetWorker, jobWorker, reclaimWorker]);
  });
  seedRandomnessSoon();
  watchIdleCost();
}
