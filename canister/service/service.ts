import { authoriseArchive } from '../../catalog/access/authorise';
import type { MethodName } from '../../catalog/access/method-table';
import type { Archive } from '../../catalog/archives/archive';
import { Catalog } from '../../catalog/catalog';
import { HandlePool, nativeModule } from '../../src/database';
import { messageCaller } from './caller';
import { StableRecords } from './stable-records';

/** What lives from one installation or upgrade to the next: the catalog and the open handles. */
export interface Service {
  readonly catalog: Catalog;
  readonly handles: HandlePool;
}

let service: Service | undefined;

/**
 * Reads the catalog. Called by init and post_upgrade; a catalog that cannot be trusted throws, which traps, so that
 * the IC keeps the old code and every byte.
 */
export function startService(): void {
  const module = nativeModule();
  service = { catalog: Catalog.open(new StableRecords(module)), handles: new HandlePool(module) };
}

/** The running service. */
export function running(): Service {
  if (service === undefined) {
    throw new Error('the service was not started: init and post_upgrade do that');
  }
  return service;
}

/** The archive, when the message's caller may use it with the method. */
export function authorisedArchive(method: MethodName, reference: string): Archive {
  return authoriseArchive(running().catalog, messageCaller(), method, reference);
}
