import { time } from 'azle';
import type { Archive } from '../../catalog/archives/archive';
import { recoveryIsOver } from '../../catalog/archives/life';
import { codeOf } from '../../catalog/error';
import { logLapsed, purgeSome } from '../archives/purge';
import { running } from '../service/service';
import { Worker } from './worker';

/** Archives whose purge was refused since the last start: a controller has to look at them. */
const refused = new Set<number>();

/** Purges deleted archives when nobody can recover them any more, and goes on with purges that have begun. */
export const purgeWorker = new Worker(() => {
  const archive = nextToPurge();
  if (archive === undefined) {
    return undefined;
  }
  return () => purge(archive);
});

function nextToPurge(): Archive | undefined {
  const { catalog } = running();
  const head = catalog.heads().find(({ state, generation }) => {
    if (refused.has(generation)) return false;
    const archive = state === 'deleted' ? catalog.ofGeneration(generation) : undefined;
    return state === 'purging' || (archive !== undefined && recoveryIsOver(archive, time()));
  });
  return head && catalog.ofGeneration(head.generation);
}

function purge({ generation }: Archive): void {
  const { catalog } = running();
  const archive = catalog.ofGeneration(generation);
  // It may have been recovered or purged by a call since.
  if (archive === undefined || (archive.life.state !== 'purging' && !recoveryIsOver(archive, time()))) {
    return;
  }
  try {
    if (purgeSome(archive)) {
      logLapsed(archive);
    }
  } catch (error) {
    if (codeOf(error) === undefined) {
      throw error;
    }
    refused.add(generation);
  }
}
