import {
  blockUse,
  changeLimits,
  changeSettings,
  setAccess,
  setLabels,
} from '../../../catalog/archives/changes';
import { deleteArchive, quarantineArchive } from '../../../catalog/archives/life';
import { beginPurge, stepPurge } from '../../../catalog/archives/purge';
import { AuditLog } from '../../../catalog/audit/audit-log';
import { Catalog } from '../../../catalog/catalog';
import { Fleet } from '../../../catalog/fleet/fleet';
import { Governance } from '../../../catalog/governance';
import { JobLedger } from '../../../catalog/jobs/job-ledger';
import { OperationRecords } from '../../../catalog/operations/operation-records';
import { reserveSlot } from '../../../catalog/slots/slot-map';
import { MemoryRecordStore } from '../memory-record-store';
import { CREATED_AT, caller, create, OWNER, SECOND } from '../support';

export interface Stores {
  readonly catalog: MemoryRecordStore;
  readonly audit: MemoryRecordStore;
  readonly operations: MemoryRecordStore;
}

const NOW = CREATED_AT + 100_000n * SECOND;

/** Writes one of everything that the stores can hold. */
export function writeEverything(): Stores {
  const stores = {
    catalog: new MemoryRecordStore(),
    audit: new MemoryRecordStore(),
    operations: new MemoryRecordStore(),
  };
  const plan = { first: 130, last: 140, anchor: 133 };
  const governance = new Governance(Catalog.open(stores.catalog, { plan }), AuditLog.open(stores.audit, 16));
  fillCatalog(governance.catalog);
  fillAudit(governance);
  fillOperations(governance.catalog, OperationRecords.open(stores.operations));
  return stores;
}

function fillCatalog(catalog: Catalog): void {
  catalog.changeHeader({
    operators: ['aaaaa-aa'],
    settings: {
      recoveryWindowSeconds: 86_400,
      jobIntervals: { checksum: 86_400 },
      snapshotRetention: { keepLast: 3, keepForSeconds: 604_800 },
      newArchiveLimits: { sizeLimit: undefined, bucketBudget: 64, budgets: { rows: 100_000 } },
      metricsAudience: 'archives',
    },
  });
  create(catalog, 'plain');
  let full = create(catalog, 'acme/eu-1', 'aaaaa-aa', { pageSize: 8_192, slot: 131 });
  full = setAccess(catalog, full, { writers: [OWNER], readers: ['aaaaa-aa', OWNER], publicRead: true });
  full = setLabels(catalog, full, { plan: 'gold', canary: '' });
  full = changeSettings(catalog, full, {
    deleteProtection: true,
    recoveryWindowSeconds: 3_600,
    jobIntervals: { snapshot: 3_600, compaction: 0 },
    snapshotRetention: { keepLast: 24, keepForSeconds: 0 },
  });
  full = changeLimits(catalog, full, {
    sizeLimit: 1_000_000,
    budgets: { instructions: 2_000_000_000, rows: undefined },
  });
  full = blockUse(catalog, full, 'reads', { reason: 'gesperrt \u2013 bitte warten', byController: true });
  blockUse(catalog, full, 'writes', { reason: 'moving', byController: false });
  create(catalog, 'arriving', OWNER, { importing: true });
  quarantineArchive(catalog, create(catalog, 'doubtful'), 'page 7 does not match');
  deleteArchive(catalog, create(catalog, 'gone'), NOW);
  deleteArchive(catalog, quarantineArchive(catalog, create(catalog, 'gone-in-doubt'), 'doubt'), NOW);
  beginPurge(catalog, deleteArchive(catalog, create(catalog, 'going'), NOW));
  const purging = beginPurge(catalog, deleteArchive(catalog, create(catalog, 'purged'), NOW));
  stepPurge(catalog, purging, { release: () => true }, NOW + SECOND);
  catalog.put({ kind: 'clearing', slot: 139 });
  reserveSlot(catalog, 140, 'for the migrated database');
}

function fillAudit(governance: Governance): void {
  const call = { caller: caller('aaaaa-aa', true), now: NOW, detail: 'h\u00e4ndisch' };
  for (let count = 0; count < 25; count++) {
    governance.onCanister({ ...call, method: 'reserve_slot' }, () => undefined);
  }
  governance.onArchive({ ...call, method: 'limit_archive' }, 'plain', () => undefined);
}

function fillOperations(catalog: Catalog, records: OperationRecords): void {
  const jobs = new JobLedger(catalog, records);
  for (const outcome of [
    { kind: 'done', message: '12 pages' },
    { kind: 'more', progress: 'page 256' },
  ] as const) {
    const claimed = jobs.claim(NOW);
    if (claimed !== undefined) {
      jobs.settle(claimed.archive, outcome, NOW + SECOND);
    }
  }
  const fleet = new Fleet(catalog, records);
  fleet.start(
    {
      kind: 'migrate',
      argument: '0007_orders.sql',
      selection: { kind: 'all' },
      canaries: ['plain'],
      pauseAfterCanaries: true,
      toleratedFailures: 2,
    },
    'aaaaa-aa',
    NOW,
  );
  const step = fleet.claim(NOW);
  if (step !== undefined) {
    const failure = { kind: 'failed', code: 'SQLITE_ERROR', message: 'no such table: orders' } as const;
    fleet.settle(step.operation.number, failure, NOW + SECOND);
  }
}
