import { AuditLog } from '../../catalog/audit/audit-log';
import { Catalog, type CatalogOptions } from '../../catalog/catalog';
import { Fleet } from '../../catalog/fleet/fleet';
import { Governance } from '../../catalog/governance';
import { JobLedger } from '../../catalog/jobs/job-ledger';
import { MigrationSets } from '../../catalog/migrations/migration-sets';
import { OperationRecords } from '../../catalog/operations/operation-records';
import {
  AUDIT_MEMORY_ID,
  CATALOG_MEMORY_ID,
  MIGRATIONS_MEMORY_ID,
  OPERATIONS_MEMORY_ID,
} from '../../catalog/slots/slot-plan';
import { HandlePool, nativeModule } from '../../src/database';
import { declareMethods, NativeCopy } from './native-copy';
import { StableRecords } from './stable-records';

/** What lives from one installation or upgrade to the next. */
export interface Service {
  readonly catalog: Catalog;
  readonly governance: Governance;
  readonly jobs: JobLedger;
  readonly fleet: Fleet;
  readonly migrations: MigrationSets;
  readonly handles: HandlePool;
}

let service: Service | undefined;

/**
 * Reads the records. Called by init and post_upgrade; records that cannot be trusted throw, which traps, so that the IC
 * keeps the old code and every byte.
 */
export function startService(options: CatalogOptions): Service {
  const module = nativeModule();
  const catalog = Catalog.open(new StableRecords(module, CATALOG_MEMORY_ID, 'CATALOG_DAMAGED'), {
    ...options,
    observer: new NativeCopy(module),
  });
  const audit = AuditLog.open(new StableRecords(module, AUDIT_MEMORY_ID, 'AUDIT_LOG_DAMAGED'));
  const operations = OperationRecords.open(
    new StableRecords(module, OPERATIONS_MEMORY_ID, 'OPERATIONS_DAMAGED'),
  );
  service = {
    catalog,
    governance: new Governance(catalog, audit),
    jobs: new JobLedger(catalog, operations),
    fleet: new Fleet(catalog, operations),
    migrations: new MigrationSets(new StableRecords(module, MIGRATIONS_MEMORY_ID, 'MIGRATIONS_DAMAGED')),
    handles: new HandlePool(module),
  };
  declareMethods(module);
  return service;
}

/** The running service. */
export function running(): Service {
  if (service === undefined) {
    throw new Error('the service was not started: init and post_upgrade do that');
  }
  return service;
}
