import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Factory, SQLITE_OPEN_READWRITE, type StockValue } from 'wa-sqlite';
import SQLiteESMFactory from 'wa-sqlite/dist/wa-sqlite.mjs';
import { MemoryVFS } from 'wa-sqlite/src/examples/MemoryVFS.js';

const FILE = '/image.sqlite';

/** Runs one statement on a SQLite file in an unmodified SQLite and returns the rows as arrays. */
export async function askStockSqlite(image: Uint8Array, sql: string): Promise<StockValue[][]> {
  const module = await SQLiteESMFactory({ wasmBinary: readFileSync(wasmPath()) });
  const sqlite = Factory(module);
  const vfs = await MemoryVFS.create('memory', module);
  vfs.mapNameToFile.set(FILE, { pathname: FILE, flags: 0, size: image.length, data: image.slice().buffer });
  sqlite.vfs_register(vfs, true);
  const connection = await sqlite.open_v2(FILE, SQLITE_OPEN_READWRITE);
  const rows: StockValue[][] = [];
  try {
    await sqlite.exec(connection, sql, (row) => {
      rows.push(row);
    });
  } finally {
    await sqlite.close(connection);
  }
  return rows;
}

function wasmPath(): string {
  return fileURLToPath(import.meta.resolve('wa-sqlite/dist/wa-sqlite.wasm'));
}
