import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Factory, SQLITE_OPEN_CREATE, SQLITE_OPEN_READWRITE, type StockValue } from 'wa-sqlite';
import SQLiteESMFactory from 'wa-sqlite/dist/wa-sqlite.mjs';
import { MemoryVFS } from 'wa-sqlite/src/examples/MemoryVFS.js';

const FILE = '/image.sqlite';

/** What an unmodified SQLite made of a file. */
export interface StockAnswer {
  /** Rows of all statements, as arrays. */
  readonly rows: StockValue[][];
  /** The file afterwards. */
  readonly image: Uint8Array;
}

/** Runs SQL on a SQLite file, or on a new one when `image` is empty, in an unmodified SQLite in this process. */
export async function runStockSqlite(image: Uint8Array, sql: string): Promise<StockAnswer> {
  const module = await SQLiteESMFactory({ wasmBinary: readFileSync(wasmPath()) });
  const sqlite = Factory(module);
  const vfs = await MemoryVFS.create('memory', module);
  vfs.mapNameToFile.set(FILE, { pathname: FILE, flags: 0, size: image.length, data: image.slice().buffer });
  sqlite.vfs_register(vfs, true);
  const connection = await sqlite.open_v2(FILE, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  const rows: StockValue[][] = [];
  try {
    await sqlite.exec(connection, sql, (row) => {
      rows.push(row);
    });
  } finally {
    await sqlite.close(connection);
  }
  const file = vfs.mapNameToFile.get(FILE)!;
  return { rows, image: new Uint8Array(file.data, 0, file.size) };
}

/** Rows of SQL run on a SQLite file in an unmodified SQLite. */
export async function askStockSqlite(image: Uint8Array, sql: string): Promise<StockValue[][]> {
  return (await runStockSqlite(image, sql)).rows;
}

function wasmPath(): string {
  return fileURLToPath(import.meta.resolve('wa-sqlite/dist/wa-sqlite.wasm'));
}
