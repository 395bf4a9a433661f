import type { CandidArchiveDescription, CandidBudgets, CandidPage, TabulariumService } from '../candid';
import { type ClientBudgets, toCandidBudgets } from './budgets';
import { unwrap } from './error';
import { type ClientResult, type ClientRow, toResult } from './results';
import { type ClientParameter, toCandidParameters } from './values';

/** Called after each chunk. */
export type Progress = (doneBytes: number, totalBytes: number) => void;

/** Bytes a transfer moves per call: below the IC's bounds of 2 MiB for an ingress message and for a reply. */
const CHUNK_BYTES = 1_000_000;

/** More rows than most replies can hold: a page ends where the reply is full. */
const ROWS_A_PAGE = 100_000;

/** A statement of a batch. */
export interface ClientStatement {
  readonly sql: string;
  readonly parameters?: readonly ClientParameter[];
}

/** One archive, as a tenant's application uses it. All methods throw `TabulariumError` when the canister refuses. */
export class ArchiveClient {
  readonly #service: TabulariumService;
  readonly #budgets: [] | [CandidBudgets];
  readonly id: string;

  constructor(service: TabulariumService, id: string, budgets?: ClientBudgets) {
    this.#service = service;
    this.#budgets = budgets === undefined ? [] : [toCandidBudgets(budgets)];
    this.id = id;
  }

  /** The same archive, where each call may take so much; never more than the archive allows. */
  withBudgets(budgets: ClientBudgets): ArchiveClient {
    return new ArchiveClient(this.#service, this.id, budgets);
  }

  /** Runs SQL in an update call: one message, one transaction. */
  async execute(sql: string, ...parameters: ClientParameter[]): Promise<ClientResult> {
    const sent = toCandidParameters(parameters);
    return toResult(unwrap(await this.#service.execute(this.id, sql, sent, this.#budgets)));
  }

  /** Runs statements in one update call and one transaction, all or nothing; a result for each. */
  async batch(statements: readonly ClientStatement[]): Promise<ClientResult[]> {
    const sent = statements.map(({ sql, parameters = [] }) => ({
      sql,
      parameters: toCandidParameters(parameters),
    }));
    return unwrap(await this.#service.batch(this.id, sent, this.#budgets)).map(toResult);
  }

  /** Runs SQL that only reads, in a query call; its rows. */
  async query(sql: string, ...parameters: ClientParameter[]): Promise<ClientRow[]> {
    return (await this.queryResult(sql, ...parameters)).rows;
  }

  /** The same with column names and meta. */
  async queryResult(sql: string, ...parameters: ClientParameter[]): Promise<ClientResult> {
    const sent = toCandidParameters(parameters);
    return toResult(unwrap(await this.#service.query(this.id, sql, sent, this.#budgets)));
  }

  /** The first row of a query, or null. */
  async first(sql: string, ...parameters: ClientParameter[]): Promise<ClientRow | null> {
    const sent = toCandidParameters(parameters);
    return toResult(unwrap(await this.#service.first(this.id, sql, sent, this.#budgets))).rows[0] ?? null;
  }

  /**
   * The rows of a query that are too many for one reply, a page of at most `rows` at a time. A write in between throws
   * `CURSOR_STALE`; begin again then.
   */
  async *pages(
    sql: string,
    parameters: readonly ClientParameter[] = [],
    rows = ROWS_A_PAGE,
  ): AsyncGenerator<ClientResult> {
    const sent = toCandidParameters(parameters);
    let cursor: CandidPage['next_cursor'] = [];
    do {
      const page: CandidPage = unwrap(
        await this.#service.query_page(this.id, sql, sent, cursor, rows, this.#budgets),
      );
      yield toResult(page);
      cursor = page.next_cursor;
    } while (cursor.length > 0);
  }

  async describe(): Promise<CandidArchiveDescription> {
    return unwrap(await this.#service.describe_archive(this.id));
  }

  /** The archive as a SQLite file. A write in between is `EXPORT_STALE`; call again then. */
  async exportImage(progress: Progress = () => {}): Promise<Uint8Array> {
    const { size, transaction_id: transactionId } = await this.describe();
    const image = new Uint8Array(Number(size));
    for (let offset = 0; offset < image.length; offset += CHUNK_BYTES) {
      const length = Math.min(CHUNK_BYTES, image.length - offset);
      const reply = await this.#service.db_export_chunk(this.id, transactionId, BigInt(offset), length);
      image.set(unwrap(reply), offset);
      progress(offset + length, image.length);
    }
    return image;
  }

  /** Replaces the archive by a SQLite file. It keeps its content until the canister has checked the new one. */
  async importImage(image: Uint8Array, progress: Progress = () => {}): Promise<void> {
    unwrap(await this.#service.db_begin_import(this.id, BigInt(image.length)));
    try {
      for (let offset = 0; offset < image.length; offset += CHUNK_BYTES) {
        const chunk = image.subarray(offset, offset + CHUNK_BYTES);
        unwrap(await this.#service.db_import_chunk(this.id, BigInt(offset), chunk));
        progress(offset + chunk.length, image.length);
      }
      unwrap(await this.#service.db_finish_import(this.id));
    } catch (error) {
      await this.#service.db_cancel_import(this.id);
      throw error;
    }
  }
}
