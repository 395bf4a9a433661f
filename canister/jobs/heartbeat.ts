import { setTimerInterval } from 'azle';
import type { Worker } from './worker';

/** How often idle workers look for work, and how long one whose step trapped waits. */
const HEARTBEAT_SECONDS = 300;

/** Lets the workers begin now, and keeps them alive until the next upgrade. */
export function keepAlive(workers: readonly Worker[]): void {
  for (const worker of workers) worker.wake();
  setTimerInterval(HEARTBEAT_SECONDS, () => {
    for (const worker of workers) worker.revive();
  });
}
