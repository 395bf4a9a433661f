import type { MigrationMeta } from 'drizzle-orm/migrator';

/** What `drizzle-kit generate` writes, as a canister holds it, which has no files: the journal, and the SQL by number. */
export interface MigrationBundle {
  /** Content of `meta/_journal.json`. */
  readonly journal: {
    readonly entries: readonly {
      readonly idx: number;
      readonly when: number;
      readonly tag: string;
      readonly breakpoints: boolean;
    }[];
  };
  /** Content of `0000_<tag>.sql` under `m0000`, and so on. */
  readonly migrations: Readonly<Record<string, string>>;
}

const BREAKPOINT = '--> statement-breakpoint';

/** @throws RangeError for a journal entry without its SQL */
export function readBundle({ journal, migrations }: MigrationBundle): MigrationMeta[] {
  return journal.entries.map(({ idx, when, tag, breakpoints }) => {
    const key = `m${String(idx).padStart(4, '0')}`;
    const text = migrations[key];
    if (text === undefined)
      throw new RangeError(`migration ${tag} is in the journal, but its SQL is not there as ${key}`);
    return { sql: text.split(BREAKPOINT), bps: breakpoints, folderMillis: when, hash: '' };
  });
}
