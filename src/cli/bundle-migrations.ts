import { writeFileSync } from 'node:fs';
import { migrationsModule, readMigrations } from '../migrations/folder';
import { UsageError } from './usage-error';

const USAGE = `tabularium bundle-migrations <folder> <module.ts>

Writes the numbered SQL files of a folder into a TypeScript module that a canister can import.`;

/** Writes a folder's migrations into a module. */
export async function bundleMigrations(options: readonly string[]): Promise<void> {
  const [folder, module, ...rest] = options;
  if (folder === '--help') {
    console.log(USAGE);
    return;
  }
  if (folder === undefined || module === undefined || rest.length > 0) {
    throw new UsageError(USAGE);
  }
  const migrations = readMigrations(folder);
  writeFileSync(module, migrationsModule(migrations));
  console.log(`${module}: ${migrations.length} migrations`);
}
