import { IDL } from 'azle';
import {
  type CandidMigration,
  type CandidMigrationReport,
  type CandidMigrationSet,
  type CandidMigrationStatus,
  type CandidResult,
  type CandidRunningMigration,
  migrationsMethods,
} from '../../src/candid';
import { answer } from '../service/answer';
import { method } from '../service/method';
import { adoptMigrations, cancelMigration, migrate, migrationStatus } from './migrate';
import { deleteMigrationSet, listMigrationSets, uploadMigrations } from './sets';

const signatures = migrationsMethods(IDL);

/** Schemas and their versions. */
export class MigrationsMethods {
  @method(signatures.migrate)
  migrate(
    archive: string,
    migrations: CandidMigration[],
    to: [] | [bigint],
  ): CandidResult<CandidMigrationReport> {
    return answer(() => migrate(archive, migrations, to[0]));
  }

  @method(signatures.cancel_migration)
  cancel_migration(archive: string): CandidResult<CandidRunningMigration> {
    return answer(() => cancelMigration(archive));
  }

  @method(signatures.adopt_migrations)
  adopt_migrations(archive: string, migrations: CandidMigration[], version: bigint): CandidResult<bigint[]> {
    return answer(() => adoptMigrations(archive, migrations, version));
  }

  @method(signatures.migration_status)
  migration_status(archive: string): CandidResult<CandidMigrationStatus> {
    return answer(() => migrationStatus(archive));
  }

  @method(signatures.upload_migrations)
  upload_migrations(set: string, migrations: CandidMigration[]): CandidResult<CandidMigrationSet> {
    return answer(() => uploadMigrations(set, migrations));
  }

  @method(signatures.list_migration_sets)
  list_migration_sets(): CandidResult<CandidMigrationSet[]> {
    return answer(listMigrationSets);
  }

  @method(signatures.delete_migration_set)
  delete_migration_set(set: string): CandidResult<null> {
    return answer(() => deleteMigrationSet(set));
  }
}
