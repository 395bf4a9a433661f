import type { Caller } from '../../catalog/access/caller';
import { ANONYMOUS } from '../../catalog/access/principal';
import type { Archive } from '../../catalog/archives/archive';
import type { CreationOptions } from '../../catalog/archives/creation';
import { Catalog } from '../../catalog/catalog';
import { CatalogError } from '../../catalog/error';
import { MemoryRecordStore } from './memory-record-store';

export const OWNER = 'rrkah-fqaaa-aaaaa-aaaaq-cai';
export const CREATED_AT = 1_700_000_000_000_000_000n;
export const SECOND = 1_000_000_000n;

export function caller(principal: string, isController = false): Caller {
  return { principal, isController: () => isController };
}

export const anonymous = caller(ANONYMOUS);

export function newCatalog(): Catalog {
  return Catalog.open(new MemoryRecordStore());
}

export function create(catalog: Catalog, id: string, owner = OWNER, options: CreationOptions = {}): Archive {
  const archive = catalog.propose(id, owner, CREATED_AT, options);
  catalog.add(archive);
  return archive;
}

/** The code that the action is refused with, or 'allowed'. Other errors are the test's failure. */
export function outcome(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof CatalogError) {
      return error.code;
    }
    throw error;
  }
  return 'allowed';
}

export function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

/** The catalog as the canister finds it after an upgrade. */
export function reopened(catalog: Catalog): Catalog {
  return Catalog.open((catalog.store as MemoryRecordStore).copy());
}
