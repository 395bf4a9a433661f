import { runStockSqlite } from '../../examples/tour/stock-sqlite';

/** A file that a stock SQLite wrote, with a hundred rows. */
export async function stockFile(pageSize: number): Promise<Uint8Array> {
  const { image } = await runStockSqlite(
    new Uint8Array(0),
    `PRAGMA page_size = ${pageSize};
     CREATE TABLE s(b);
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100) INSERT INTO s SELECT zeroblob(300) FROM n;`,
  );
  return image;
}

/** A copy with other bytes at an offset. */
export function patched(image: Uint8Array, offset: number, ...bytes: number[]): Uint8Array {
  const copy = image.slice();
  copy.set(bytes, offset);
  return copy;
}

/** The file format versions of a WAL-mode file. */
export function asWal(image: Uint8Array): Uint8Array {
  return patched(image, 18, 2, 2);
}
