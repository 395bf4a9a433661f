import type { ArchiveClient } from '../../src/client';
import { TABLES } from './schema';

/** Rows fetched a call, small enough for READMEs to fit a reply. */
const PAGE_ROWS = 20;
const LARGE_PAGE_ROWS = 500;

/**
 * Compares two archives table by table, row by row, value by value.
 *
 * @returns how many rows were compared
 * @throws when a row differs, naming it
 */
export async function compareArchives(left: ArchiveClient, right: ArchiveClient): Promise<number> {
  let compared = 0;
  for (const table of TABLES) {
    const pageRows = table.name === 'readme' ? PAGE_ROWS : LARGE_PAGE_ROWS;
    for (let offset = 0; ; offset += pageRows) {
      const page = `SELECT * FROM ${table.name} ORDER BY ${table.order} LIMIT ${pageRows} OFFSET ${offset}`;
      const [expected, actual] = [await left.query(page), await right.query(page)];
      if (JSON.stringify(expected) !== JSON.stringify(actual)) {
        throw new Error(`${table.name} differs between '${left.id}' and '${right.id}' from row ${offset} on`);
      }
      compared += expected.length;
      if (expected.length < pageRows) {
        break;
      }
    }
  }
  return compared;
}
