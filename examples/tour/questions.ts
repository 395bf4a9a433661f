import type { ArchiveClient, ClientRow } from '../../src/client';

/** Packages whose README speaks of a word, best match first, with the passage. */
export function searchReadmes(archive: ArchiveClient, words: string): Promise<ClientRow[]> {
  return archive.query(
    `SELECT name, snippet(readme, 1, '[', ']', ' … ', 10) AS passage
     FROM readme WHERE readme MATCH ?1 ORDER BY rank LIMIT 3`,
    words,
  );
}

/** What each licence covers: packages, files and bytes. */
export function sizeByLicence(archive: ArchiveClient): Promise<ClientRow[]> {
  return archive.query(
    `SELECT licence, count(DISTINCT package.id) AS packages, count(*) AS files, sum(bytes) AS bytes
     FROM package JOIN file ON file.package_id = package.id
     GROUP BY licence ORDER BY bytes DESC LIMIT 4`,
  );
}

/** Rows of each table. */
export async function countRows(archive: ArchiveClient): Promise<Record<string, number>> {
  const [row] = await archive.query(
    `SELECT (SELECT count(*) FROM package) AS package, (SELECT count(*) FROM file) AS file,
            (SELECT count(*) FROM dependency) AS dependency, (SELECT count(*) FROM readme) AS readme`,
  );
  return row as Record<string, number>;
}

export function sumOf(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
