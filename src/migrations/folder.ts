import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MigrationError } from './error';
import { inOrder, type SqlMigration } from './migration';

const FILE = /^(\d+)[-_](.+)\.sql$/;
/** As the first line of a file. */
const CHECKED = /^--\s*foreign-keys:\s*checked\s*$/;
const BYTE_ORDER_MARK = '\ufeff';

/**
 * Reads migrations from the files of a folder: `0001_name.sql`, or `0001-name.sql`. A first line `-- foreign-keys: checked`
 * lets one check foreign keys at its end instead of enforcing them. Line ends are made `\n`, so that a checkout on another
 * system has the same checksums.
 *
 * @throws {MigrationError} MIGRATIONS_INVALID for a `.sql` file with another name, or a version that is there twice
 */
export function readMigrations(folder: string): SqlMigration[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.sql'));
  return inOrder(files.map((file) => toMigration(file, readFileSync(join(folder, file), 'utf8'))));
}

function toMigration(file: string, text: string): SqlMigration {
  const [, version, name] = FILE.exec(file) ?? [];
  if (version === undefined || name === undefined) {
    throw new MigrationError(
      'MIGRATIONS_INVALID',
      `${file} is not named as a migration is: a number, '_' or '-', a name, '.sql'`,
    );
  }
  const sql = text.replace(BYTE_ORDER_MARK, '').replaceAll('\r\n', '\n');
  const foreignKeys = CHECKED.test(sql.split('\n', 1)[0] ?? '') ? 'checked' : 'enforced';
  return { version: Number(version), name, sql, foreignKeys };
}

/** A TypeScript module with migrations in it, for a canister, which has no files. */
export function migrationsModule(migrations: readonly SqlMigration[]): string {
  return `// Made from a folder of migrations by \`tabularium bundle-migrations\`; change the files there instead.
import type { SqlMigration } from 'tabularium/migrations';

export const migrations: SqlMigration[] = ${JSON.stringify(migrations, undefined, 2)};
`;
}
