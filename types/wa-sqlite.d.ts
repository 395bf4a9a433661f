// The package is installed under an alias, which its own declarations do not know. Only what this project calls.

declare module 'wa-sqlite' {
  export type StockValue = null | number | bigint | string | Uint8Array | number[];

  interface StockSqlite {
    vfs_register(vfs: object, makeDefault: boolean): number;
    open_v2(path: string, flags?: number): Promise<number>;
    exec(
      connection: number,
      sql: string,
      callback?: (row: StockValue[], columns: string[]) => void,
    ): Promise<number>;
    close(connection: number): Promise<number>;
  }

  export const SQLITE_OPEN_CREATE: number;
  export const SQLITE_OPEN_READWRITE: number;
  export function Factory(module: object): StockSqlite;
}

declare module 'wa-sqlite/dist/wa-sqlite.mjs' {
  // biome-ignore lint/style/noDefaultExport: it is how the package exports it
  export default function create(options: { wasmBinary: Uint8Array }): Promise<object>;
}

declare module 'wa-sqlite/src/examples/MemoryVFS.js' {
  interface MemoryFile {
    pathname: string;
    flags: number;
    size: number;
    data: ArrayBufferLike;
  }

  export class MemoryVFS {
    static create(name: string, module: object): Promise<MemoryVFS>;
    readonly mapNameToFile: Map<string, MemoryFile>;
  }
}
