import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrationsModule, readMigrations } from '../migrations/folder';
import { UsageError } from './usage-error';

const USAGE = `tabularium bundle-migrations <folder> <module.ts>

Writes the numbered SQL files of a folder into a TypeScript module that a canister can import: for migrate of tabularium/migrations, or,
where the folder is drizzle-kit's, for migrate of tabularium/drizzle.`;

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
  const { text, count } = existsSync(journalIn(folder)) ? drizzleModule(folder) : numberedModule(folder);
  writeFileSync(module, text);
  console.log(`${module}: ${count} migrations`);
}

interface Module {
  readonly text: string;
  readonly count: number;
}

function numberedModule(folder: string): Module {
  const migrations = readMigrations(folder);
  return { text: migrationsModule(migrations), count: migrations.length };
}

/** By this a folder of drizzle-kit's is known; it lists the files in the order in which they were generated. */
function journalIn(folder: string): string {
  return join(folder, 'meta', '_journal.json');
}

function drizzleModule(folder: string): Module {
  const journal = JSON.parse(readFileSync(journalIn(folder), 'utf8')) as {
    readonly entries: readonly { readonly idx: number; readonly tag: string }[];
  };
  const migrations = Object.fromEntries(
    journal.entries.map(({ idx, tag }) => [
      `m${String(idx).padStart(4, '0')}`,
      readFileSync(join(folder, `${tag}.sql`), 'utf8').replaceAll('\r\n', '\n'),
    ]),
  );
  const text = `// Made from drizzle-kit's folder by \`tabularium bundle-migrations\`; run it again after \`drizzle-kit generate\`.
import type { MigrationBundle } from 'tabularium/drizzle';

export const migrations: MigrationBundle = ${JSON.stringify({ journal, migrations }, undefined, 2)};
`;
  return { text, count: journal.entries.length };
}
