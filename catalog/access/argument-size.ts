import type { MethodName } from './method-table';

/** What SQL, chunks of images and sets of migrations are sent to: their arguments are as large as a message can be. */
const LARGE_ARGUMENTS: ReadonlySet<string> = new Set<MethodName>([
  'query',
  'first',
  'query_page',
  'execute',
  'batch',
  'explain',
  'db_import_chunk',
  'migrate',
  'adopt_migrations',
  'upload_migrations',
]);

/** Many times what any other method can make use of. */
const MOST_BYTES = 65_536;

/** Whether a method may need an argument of so many bytes. One that it cannot need would be paid for to be refused. */
export function mayNeed(method: string, argumentBytes: number): boolean {
  return argumentBytes <= MOST_BYTES || LARGE_ARGUMENTS.has(method);
}
