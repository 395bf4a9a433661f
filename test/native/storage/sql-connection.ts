import type { StorageHost } from './storage-host';

const SQLITE_ROW = 100;
const SQLITE_DONE = 101;
const OPEN_READWRITE_CREATE = 6;

/** The settings that archives have, storage's part of them. */
export const ARCHIVE_SETTINGS = `
  PRAGMA journal_mode = TRUNCATE;
  PRAGMA synchronous = OFF;
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA temp_store = FILE;`;

export type TextRow = (string | null)[];

export class SqlError extends Error {
  constructor(
    /** Extended result code. */
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** A connection of the engine on a slot's store. Values are read as text. */
export class SqlConnection {
  private constructor(
    private readonly host: StorageHost,
    private readonly pointer: number,
  ) {}

  /** Opens a connection on a slot whose store is open, with {@link ARCHIVE_SETTINGS} after the given ones. */
  static open(host: StorageHost, memoryId: number, settings = ''): SqlConnection {
    const code = host.native.openDatabase(memoryId, OPEN_READWRITE_CREATE);
    const connection = new SqlConnection(host, host.native.lastPointer());
    if (code !== 0) {
      connection.close();
      throw new SqlError(code, `slot ${memoryId} did not open`);
    }
    connection.all(settings + ARCHIVE_SETTINGS);
    return connection;
  }

  /** Runs every statement of a text and gives the rows of the last one that has columns. */
  all(sql: string): TextRow[] {
    const { native } = this.host;
    return this.host.withBytes(new TextEncoder().encode(`${sql}\0`), (text) => {
      let rows: TextRow[] = [];
      let at = text;
      while (this.host.view(at, 1)[0] !== 0) {
        this.check(native.prepare(this.pointer, at));
        const statement = native.lastPointer();
        at = native.tail();
        if (statement !== 0) rows = this.run(statement) ?? rows;
      }
      return rows;
    });
  }

  /** The one value of a query's one row. */
  value(sql: string): string | null {
    return this.all(sql)[0]![0]!;
  }

  /** Extended result code of running a text; 0 when it succeeds. */
  codeOf(sql: string): number {
    try {
      this.all(sql);
      return 0;
    } catch (error) {
      if (error instanceof SqlError) return error.code;
      throw error;
    }
  }

  close(): void {
    const code = this.host.native.closeDatabase(this.pointer);
    if (code !== 0) throw new SqlError(code, 'the connection did not close');
  }

  private run(statement: number): TextRow[] | undefined {
    const { native } = this.host;
    const columns = native.columnCount(statement);
    const rows: TextRow[] = [];
    let code = native.step(statement);
    for (; code === SQLITE_ROW; code = native.step(statement)) {
      rows.push(Array.from({ length: columns }, (_, index) => this.text(statement, index)));
    }
    const message = code === SQLITE_DONE ? undefined : this.error();
    native.finalize(statement);
    if (message) throw message;
    return columns > 0 ? rows : undefined;
  }

  private text(statement: number, index: number): string | null {
    const address = this.host.native.columnText(statement, index);
    if (address === 0) return null;
    return new TextDecoder().decode(this.host.view(address, this.host.native.columnBytes(statement, index)));
  }

  private check(code: number): void {
    if (code !== 0) throw this.error();
  }

  private error(): SqlError {
    const { native } = this.host;
    const address = native.errorMessage(this.pointer);
    let length = 0;
    while (this.host.view(address + length, 1)[0] !== 0) length++;
    return new SqlError(
      native.errorCode(this.pointer),
      new TextDecoder().decode(this.host.view(address, length)),
    );
  }
}
