import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A bound that a caller may meet, by the constant that holds it. */
interface Limit {
  readonly what: string;
  readonly unit: string;
  readonly file: string;
  readonly constant: string;
}

const limit = (what: string, unit: string, file: string, constant: string): Limit => ({
  what,
  unit,
  file,
  constant,
});

/**
 * Bounds that no setting moves. The values are read from the sources, AssemblyScript included, so that the page shows what
 * the code holds; one that has gone from its file stops the generator.
 */
const LIMITS: readonly Limit[] = [
  limit("a slot's MemoryId", 'at most', 'catalog/slots/slot-plan.ts', 'LAST_MEMORY_ID'),
  limit('buckets of stable memory', 'buckets', 'catalog/doctor/diagnose.ts', 'MOST_BUCKETS'),
  limit("an archive's id", 'characters', 'catalog/archives/archive-id.ts', 'MAX_ARCHIVE_ID_LENGTH'),
  limit('labels of an archive', 'labels', 'catalog/archives/labels.ts', 'MOST_LABELS'),
  limit('writers of an archive, and readers', 'principals', 'catalog/access/principal.ts', 'MOST_PRINCIPALS'),
  limit(
    'the reason of a block or a quarantine',
    'characters',
    'catalog/archives/reason.ts',
    'LONGEST_REASON',
  ),
  limit('archives on a page of the list', 'archives', 'catalog/archives/listing.ts', 'LARGEST_PAGE'),
  limit('a recovery window', 'seconds', 'catalog/archives/settings.ts', 'LONGEST_RECOVERY_SECONDS'),
  limit("a job's interval, at least", 'seconds', 'catalog/archives/settings.ts', 'SHORTEST_INTERVAL_SECONDS'),
  limit(
    "a job's interval, and an age of snapshots",
    'seconds',
    'catalog/archives/settings.ts',
    'LONGEST_SECONDS',
  ),
  limit('automatic snapshots to keep', 'snapshots', 'catalog/archives/settings.ts', 'MOST_SNAPSHOTS'),
  limit('a page size, at least', 'bytes', 'catalog/archives/settings.ts', 'SMALLEST_PAGE_SIZE'),
  limit('a page size', 'bytes', 'catalog/archives/settings.ts', 'LARGEST_PAGE_SIZE'),
  limit(
    'instructions of an update of SQL',
    'instructions',
    'src/native/assembly/requests/budgets.ts',
    'UPDATE_INSTRUCTIONS',
  ),
  limit(
    'instructions of a query of SQL',
    'instructions',
    'src/native/assembly/requests/budgets.ts',
    'QUERY_INSTRUCTIONS',
  ),
  limit('SQL of a call, by default', 'bytes', 'src/native/assembly/requests/budgets.ts', 'DEFAULT_SQL_BYTES'),
  limit('SQL of a call', 'bytes', 'src/native/assembly/requests/budgets.ts', 'MOST_SQL_BYTES'),
  limit('parameters of a statement', 'values', 'src/native/assembly/requests/budgets.ts', 'MOST_PARAMETERS'),
  limit(
    'pages that a transaction changes',
    'pages of 4,096 bytes',
    'src/native/assembly/requests/budgets.ts',
    'MOST_DIRTY_PAGES',
  ),
  limit('a value, and a row', 'bytes', 'src/native/assembly/requests/connection-limits.ts', 'LARGEST_VALUE'),
  limit(
    'compound selects of a statement',
    'selects',
    'src/native/assembly/requests/connection-limits.ts',
    'MOST_COMPOUNDS',
  ),
  limit(
    'a compiled statement',
    'instructions of SQLite',
    'src/native/assembly/requests/connection-limits.ts',
    'LONGEST_PROGRAM',
  ),
  limit(
    'arguments of an SQL function',
    'arguments',
    'src/native/assembly/requests/connection-limits.ts',
    'MOST_ARGUMENTS',
  ),
  limit(
    'a pattern of LIKE and GLOB',
    'bytes',
    'src/native/assembly/requests/connection-limits.ts',
    'LONGEST_PATTERN',
  ),
  limit(
    "the parser's stack",
    'entries',
    'src/native/assembly/requests/connection-limits.ts',
    'DEEPEST_PARSE',
  ),
  limit('statements of a batch', 'statements', 'src/native/assembly/candid/request.ts', 'MOST_STATEMENTS'),
  limit('the reply of an update', 'bytes', 'src/native/assembly/candid/reply-limit.ts', 'UPDATE_REPLY_LIMIT'),
  limit('the reply of a query', 'bytes', 'src/native/assembly/candid/reply-limit.ts', 'QUERY_REPLY_LIMIT'),
  limit(
    'texts of SQL with insights, of an archive',
    'texts',
    'src/native/assembly/insights/insight-table.ts',
    'MOST_OF_ARCHIVE',
  ),
  limit(
    'texts of SQL with insights, in all',
    'texts',
    'src/native/assembly/insights/insight-table.ts',
    'MOST',
  ),
  limit("an export's lifetime", 'seconds', 'canister/storage/exports.ts', 'LONGEST_LIFETIME_SECONDS'),
  limit('an import without a call', 'seconds', 'canister/storage/imports.ts', 'LONGEST_IDLE_SECONDS'),
  limit('missing ranges of an answer', 'ranges', 'canister/storage/imports.ts', 'MOST_RANGES'),
  limit('segments of a measure of a snapshot', 'segments', 'canister/storage/snapshots.ts', 'MOST_SEGMENTS'),
  limit(
    'damaged pages that an answer names',
    'pages',
    'src/native/assembly/pages/page-checksum-pass.ts',
    'MOST_DAMAGED',
  ),
  limit("a migration's name", 'characters', 'src/migrations/migration.ts', 'LONGEST_NAME'),
  limit('uploaded sets of migrations', 'sets', 'catalog/migrations/migration-sets.ts', 'MOST_SETS'),
  limit('attempts of a step that traps', 'attempts', 'catalog/operations/work.ts', 'MOST_ATTEMPTS'),
  limit('audit entries of an answer', 'entries', 'canister/observation/audit.ts', 'MOST_ENTRIES'),
  limit('tombstones of an answer', 'tombstones', 'canister/slots/slots.ts', 'MOST_TOMBSTONES'),
];

/** @returns the limits with the values that the sources under `project` hold */
export function knownLimits(project: string): { what: string; unit: string; file: string; value: number }[] {
  return LIMITS.map(({ what, unit, file, constant }) => {
    const source = readFileSync(join(project, file), 'utf8');
    return { what, unit, file, value: constantIn(source, constant, file) };
  });
}

/** The value of a constant: a product of numbers and of other constants of the file. */
function constantIn(source: string, constant: string, file: string): number {
  const expression = source.match(new RegExp(`const ${constant}(?:: \\w+)? = ([\\w *]+);`))?.[1];
  if (expression === undefined) {
    throw new Error(`${file} has no constant ${constant}: src/reference/limits.ts names it`);
  }
  return expression
    .split('*')
    .map((factor) => factor.trim())
    .reduce((product, factor) => {
      return (
        product * (/^\d/.test(factor) ? Number(factor.replaceAll('_', '')) : constantIn(source, factor, file))
      );
    }, 1);
}
