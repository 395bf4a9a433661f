import {
  type CandidMigration,
  type CandidMigrationReport,
  type CandidMigrationSet,
  type CandidMigrationStatus,
  type CandidRunningMigration,
  optionalNat,
  type TabulariumService,
} from '../candid';
import { unwrap } from './error';
import { requireOptions } from './options';

/** A migration as files and bundles have it. */
export interface ClientMigration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** `checked`: foreign keys are not enforced while it runs and must hold when it ends. Default `enforced`. */
  readonly foreignKeys?: 'enforced' | 'checked';
}

export interface MigrateOptions {
  /** The last version to apply; the newest when absent. */
  readonly to?: number;
  /** Called after each message. */
  readonly onReport?: (report: CandidMigrationReport) => void;
}

/** The schemas of archives and their versions. All methods throw `TabulariumError` when the canister refuses. */
export class MigrationsClient {
  readonly #service: TabulariumService;

  constructor(service: TabulariumService) {
    this.#service = service;
  }

  /**
   * Brings an archive up to date, in as many messages as that takes. Its owner and controllers only.
   *
   * @returns versions that were applied
   */
  async apply(
    archive: string,
    migrations: readonly ClientMigration[],
    options: MigrateOptions = {},
  ): Promise<bigint[]> {
    requireOptions(options, ['to', 'onReport']);
    const { to, onReport } = options;
    const all = migrations.map(toCandid);
    const applied: bigint[] = [];
    for (;;) {
      const report = unwrap(await this.#service.migrate(archive, all, optionalNat(to)));
      applied.push(...report.applied);
      onReport?.(report);
      if (report.done) return applied;
    }
  }

  /** Gives up the migration that is under way: the archive is what it was before it. */
  async cancel(archive: string): Promise<CandidRunningMigration> {
    return unwrap(await this.#service.cancel_migration(archive));
  }

  /** Records migrations up to a version as behind an archive whose schema is what they make. */
  async adopt(archive: string, migrations: readonly ClientMigration[], version: number): Promise<bigint[]> {
    const adopted = await this.#service.adopt_migrations(archive, migrations.map(toCandid), BigInt(version));
    return [...unwrap(adopted)];
  }

  async status(archive: string): Promise<CandidMigrationStatus> {
    return unwrap(await this.#service.migration_status(archive));
  }

  /** Stores a set under a name, for fleet operations. Controllers only. */
  async upload(set: string, migrations: readonly ClientMigration[]): Promise<CandidMigrationSet> {
    return unwrap(await this.#service.upload_migrations(set, migrations.map(toCandid)));
  }

  async listSets(): Promise<CandidMigrationSet[]> {
    return unwrap(await this.#service.list_migration_sets());
  }

  async deleteSet(set: string): Promise<void> {
    unwrap(await this.#service.delete_migration_set(set));
  }
}

function toCandid({ version, name, sql, foreignKeys }: ClientMigration): CandidMigration {
  return { version: BigInt(version), name, sql, check_foreign_keys: foreignKeys === 'checked' };
}
