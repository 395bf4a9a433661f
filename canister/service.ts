import { authorise } from '../catalog/access';
import type { Archive } from '../catalog/archive';
import { Catalog } from '../catalog/catalog';
import { messageCaller } from './caller';
import { NativeError } from './error';
import { Handles } from './handles';
import { native } from './native';
import { StableRecords } from './stable-records';

/** What lives from one installation or upgrade to the next: the catalog and the open handles. */
export interface Service {
  readonly catalog: Catalog;
  readonly handles: Handles;
}

let service: Service | undefined;

/**
 * Reads the catalog. Called by init and post_upgrade; a catalog that cannot be trusted throws, which traps, so that
 * the IC keeps the old code and every byte.
 */
export function startService(): void {
  const module = native();
  module.install({
    createError: (code, message, extendedCode, offset) =>
      new NativeError(code, message, extendedCode, offset),
    statementPrototype: {},
  });
  service = { catalog: Catalog.open(new StableRecords(module)), handles: new Handles(module) };
}

/** The running service. */
export function running(): Service {
  if (service === undefined) {
    throw new Error('the service was not started: init and post_upgrade do that');
  }
  return service;
}

/** The archive, when the message's caller may use it. */
export function authorisedArchive(id: string): Archive {
  return authorise(running().catalog, messageCaller(), id);
}
