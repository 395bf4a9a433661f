import type { Requirement } from '../archives/state-gate';

/**
 * What a caller may be. `owner`, `writer` and `reader` are so for one archive; `public` is everybody, the anonymous
 * included, where the archive allows public reading; `audience` is everybody while the canister shows metrics;
 * `signed` is every caller but the anonymous one.
 */
export const ROLES = [
  'owner',
  'writer',
  'reader',
  'operator',
  'controller',
  'public',
  'audience',
  'signed',
] as const;
export type Role = (typeof ROLES)[number];

/** Who may call a method, and what the archive must be like for it. */
export interface MethodRule {
  readonly kind: 'query' | 'update';
  /** Asked in this order: what is cheap to find out or most often true comes first. */
  readonly roles: readonly Role[];
  /** Absent for a method that is about no single archive. */
  readonly archive?: Requirement;
  /** The same for operators and controllers, where less is asked of them. */
  readonly archiveForOverseers?: Requirement;
  /** Who called it when goes into the audit log. */
  readonly audited: boolean;
}

const CONTROLLERS: readonly Role[] = ['controller'];
/** Who looks after every archive. */
export const OVERSEERS: readonly Role[] = ['operator', 'controller'];
/** Who decides over an archive, and sees whom else it lets in. */
export const GOVERNORS: readonly Role[] = ['owner', 'controller'];
/** Who looks after an archive's images without reading rows. */
const KEEPERS: readonly Role[] = ['owner', 'operator', 'controller'];

/**
 * Every method by who may call it: the one place that decides. docs/ACCESS.md shows it, and a test keeps the two alike
 * and walks all of it.
 */
export const METHODS = {
  query: {
    kind: 'query',
    roles: ['owner', 'reader', 'writer', 'public', 'controller'],
    archive: 'readable',
    audited: false,
  },
  first: {
    kind: 'query',
    roles: ['owner', 'reader', 'writer', 'public', 'controller'],
    archive: 'readable',
    audited: false,
  },
  query_page: {
    kind: 'query',
    roles: ['owner', 'reader', 'writer', 'public', 'controller'],
    archive: 'readable',
    audited: false,
  },
  execute: { kind: 'update', roles: ['owner', 'writer', 'controller'], archive: 'writable', audited: false },
  batch: { kind: 'update', roles: ['owner', 'writer', 'controller'], archive: 'writable', audited: false },
  describe_archive: {
    kind: 'query',
    roles: ['owner', 'reader', 'writer', 'operator', 'controller'],
    archive: 'any',
    audited: false,
  },
  archive_metrics: {
    kind: 'query',
    roles: ['owner', 'operator', 'controller'],
    archive: 'any',
    audited: false,
  },

  db_begin_export: {
    kind: 'update',
    roles: KEEPERS,
    archive: 'exportable',
    archiveForOverseers: 'stored',
    audited: true,
  },
  db_export_chunk: {
    kind: 'query',
    roles: KEEPERS,
    archive: 'exportable',
    archiveForOverseers: 'stored',
    audited: false,
  },
  db_end_export: { kind: 'update', roles: KEEPERS, archive: 'stored', audited: false },
  db_list_exports: { kind: 'query', roles: KEEPERS, archive: 'stored', audited: false },

  db_begin_import: { kind: 'update', roles: GOVERNORS, archive: 'replaceable', audited: true },
  db_import_chunk: { kind: 'update', roles: GOVERNORS, archive: 'replaceable', audited: false },
  db_import_status: { kind: 'query', roles: KEEPERS, archive: 'named', audited: false },
  db_missing_ranges: { kind: 'query', roles: KEEPERS, archive: 'named', audited: false },
  db_verify_import: { kind: 'update', roles: GOVERNORS, archive: 'replaceable', audited: false },
  db_finish_import: { kind: 'update', roles: GOVERNORS, archive: 'replaceable', audited: true },
  db_cancel_import: { kind: 'update', roles: GOVERNORS, archive: 'named', audited: true },

  db_create_snapshot: { kind: 'update', roles: KEEPERS, archive: 'stored', audited: true },
  db_list_snapshots: { kind: 'query', roles: KEEPERS, archive: 'stored', audited: false },
  db_measure_snapshot: { kind: 'query', roles: KEEPERS, archive: 'stored', audited: false },
  db_restore_snapshot: { kind: 'update', roles: GOVERNORS, archive: 'replaceable', audited: true },
  db_delete_snapshot: { kind: 'update', roles: GOVERNORS, archive: 'stored', audited: true },
  db_damaged_images: { kind: 'query', roles: KEEPERS, archive: 'stored', audited: false },
  db_reclaim: { kind: 'update', roles: KEEPERS, archive: 'named', audited: false },

  db_begin_fork: { kind: 'update', roles: CONTROLLERS, archive: 'stored', audited: true },
  db_continue_fork: { kind: 'update', roles: OVERSEERS, archive: 'named', audited: false },
  db_fork_progress: { kind: 'query', roles: KEEPERS, archive: 'named', audited: false },
  db_cancel_fork: { kind: 'update', roles: CONTROLLERS, archive: 'named', audited: true },

  db_space: {
    kind: 'query',
    roles: ['owner', 'reader', 'writer', 'operator', 'controller'],
    archive: 'any',
    audited: false,
  },
  report_space: { kind: 'query', roles: OVERSEERS, audited: false },
  db_compact: { kind: 'update', roles: OVERSEERS, archive: 'stored', audited: false },

  db_checksum: { kind: 'query', roles: KEEPERS, archive: 'stored', audited: false },
  db_refresh_checksum: { kind: 'update', roles: KEEPERS, archive: 'stored', audited: false },
  db_cancel_checksum: { kind: 'update', roles: KEEPERS, archive: 'stored', audited: false },
  db_page_checksums: { kind: 'query', roles: KEEPERS, archive: 'stored', audited: false },
  db_set_page_checksums: { kind: 'update', roles: KEEPERS, archive: 'stored', audited: true },
  db_continue_page_checksums: { kind: 'update', roles: KEEPERS, archive: 'stored', audited: false },
  db_verify_pages: { kind: 'query', roles: KEEPERS, archive: 'stored', audited: false },
  db_check: { kind: 'update', roles: KEEPERS, archive: 'stored', audited: false },

  inspect_slot: { kind: 'query', roles: OVERSEERS, audited: false },
  verify_slot: { kind: 'query', roles: OVERSEERS, audited: false },
  adopt_slot: { kind: 'update', roles: CONTROLLERS, audited: true },
  db_continue_adoption: { kind: 'update', roles: OVERSEERS, archive: 'named', audited: false },
  db_adoption_progress: { kind: 'query', roles: KEEPERS, archive: 'named', audited: false },
  db_cancel_adoption: { kind: 'update', roles: CONTROLLERS, archive: 'named', audited: true },

  migrate: { kind: 'update', roles: GOVERNORS, archive: 'migratable', audited: true },
  cancel_migration: { kind: 'update', roles: GOVERNORS, archive: 'named', audited: true },
  adopt_migrations: { kind: 'update', roles: GOVERNORS, archive: 'writable', audited: true },
  migration_status: {
    kind: 'query',
    roles: ['owner', 'reader', 'writer', 'operator', 'controller'],
    archive: 'named',
    audited: false,
  },
  upload_migrations: { kind: 'update', roles: CONTROLLERS, audited: true },
  list_migration_sets: { kind: 'query', roles: OVERSEERS, audited: false },
  delete_migration_set: { kind: 'update', roles: CONTROLLERS, audited: true },

  query_insights: {
    kind: 'query',
    roles: ['owner', 'operator', 'controller'],
    archive: 'any',
    audited: false,
  },
  reset_insights: { kind: 'update', roles: GOVERNORS, archive: 'named', audited: true },
  explain: {
    kind: 'query',
    roles: ['owner', 'reader', 'writer', 'public', 'controller'],
    archive: 'readable',
    audited: false,
  },

  create_archive: { kind: 'update', roles: CONTROLLERS, audited: true },
  list_archives: { kind: 'query', roles: ['signed'], audited: false },
  rename_archive: { kind: 'update', roles: CONTROLLERS, archive: 'named', audited: true },
  set_archive_owner: { kind: 'update', roles: GOVERNORS, archive: 'named', audited: true },
  set_archive_access: { kind: 'update', roles: GOVERNORS, archive: 'named', audited: true },
  set_archive_labels: { kind: 'update', roles: CONTROLLERS, archive: 'named', audited: true },
  configure_archive: { kind: 'update', roles: GOVERNORS, archive: 'named', audited: true },
  limit_archive: { kind: 'update', roles: CONTROLLERS, archive: 'named', audited: true },
  block_archive: { kind: 'update', roles: GOVERNORS, archive: 'named', audited: true },
  unblock_archive: { kind: 'update', roles: GOVERNORS, archive: 'named', audited: true },
  delete_archive: { kind: 'update', roles: GOVERNORS, archive: 'named', audited: true },
  recover_archive: { kind: 'update', roles: GOVERNORS, archive: 'deleted', audited: true },
  purge_archive: { kind: 'update', roles: CONTROLLERS, archive: 'any', audited: true },
  quarantine_archive: { kind: 'update', roles: CONTROLLERS, archive: 'stored', audited: true },
  lift_quarantine: { kind: 'update', roles: CONTROLLERS, archive: 'named', audited: true },

  list_slots: { kind: 'query', roles: OVERSEERS, audited: false },
  reserve_slot: { kind: 'update', roles: CONTROLLERS, audited: true },
  release_slot: { kind: 'update', roles: CONTROLLERS, audited: true },
  clear_damaged_slot: { kind: 'update', roles: CONTROLLERS, audited: true },
  list_tombstones: { kind: 'query', roles: OVERSEERS, audited: false },
  report_memory: { kind: 'query', roles: OVERSEERS, audited: false },
  doctor: { kind: 'query', roles: OVERSEERS, audited: false },

  describe_canister: { kind: 'query', roles: OVERSEERS, audited: false },
  configure_canister: { kind: 'update', roles: CONTROLLERS, audited: true },
  set_operators: { kind: 'update', roles: CONTROLLERS, audited: true },
  read_audit_log: { kind: 'query', roles: OVERSEERS, audited: false },
  canister_metrics: { kind: 'query', roles: OVERSEERS, audited: false },
  http_request: { kind: 'query', roles: ['audience'], audited: false },

  start_fleet_upkeep: { kind: 'update', roles: OVERSEERS, audited: true },
  start_fleet_change: { kind: 'update', roles: CONTROLLERS, audited: true },
  resume_fleet_operation: { kind: 'update', roles: OVERSEERS, audited: true },
  cancel_fleet_operation: { kind: 'update', roles: OVERSEERS, audited: true },
  describe_fleet_operation: { kind: 'query', roles: OVERSEERS, audited: false },
  list_fleet_operations: { kind: 'query', roles: OVERSEERS, audited: false },
  list_jobs: { kind: 'query', roles: OVERSEERS, audited: false },
} as const satisfies Record<string, MethodRule>;

export type MethodName = keyof typeof METHODS;

/** @returns undefined for a method that the table does not know. */
export function ruleOf(method: string): MethodRule | undefined {
  return Object.hasOwn(METHODS, method) ? METHODS[method as MethodName] : undefined;
}
