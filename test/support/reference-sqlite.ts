import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import * as SQLite from 'wa-sqlite';
import SQLiteModule from 'wa-sqlite/dist/wa-sqlite.mjs';
import type { SqlValue } from '../../src/database';

/** What a statement answered, or how it failed. */
export type Outcome = { readonly rows: SqlValue[][] } | { readonly error: string; readonly code: number };

/** The engine as its package ships it, with its own glue and in memory: what an archive must agree with. */
export class ReferenceSqlite {
  static async open(): Promise<ReferenceSqlite> {
    const path = createRequire(import.meta.url).resolve('wa-sqlite/dist/wa-sqlite.wasm');
    const module = await SQLiteModule({ wasmBinary: await readFile(path) });
    const api = SQLite.Factory(module);
    return new ReferenceSqlite(api, await api.open_v2(':memory:'));
  }

  private constructor(
    private readonly api: ReturnType<typeof SQLite.Factory>,
    private readonly connection: number,
  ) {}

  async run(sql: string, parameters: readonly SqlValue[] = []): Promise<Outcome> {
    const rows: SqlValue[][] = [];
    try {
      for await (const statement of this.api.statements(this.connection, sql)) {
        this.api.bind_collection(statement, [...parameters]);
        while ((await this.api.step(statement)) === SQLite.SQLITE_ROW) {
          rows.push(this.api.row(statement).map(copied));
        }
      }
    } catch (error) {
      const { message, code } = error as SQLite.SQLiteError;
      return { error: message, code: primaryCode(code) };
    }
    return { rows };
  }
}

export function primaryCode(extendedCode: number): number {
  return extendedCode & 0xff;
}

/** Blobs are views of the engine's memory. */
function copied(value: unknown): SqlValue {
  return value instanceof Uint8Array ? value.slice() : (value as SqlValue);
}
