import type { CandidArchiveDescription, CandidExecution, TabulariumService } from '../candid';
import { unwrap } from './error';
import { type ClientParameter, type ClientValue, fromCandidValue, toCandidValue } from './values';

/** One row, by column name. */
export type ClientRow = Record<string, ClientValue>;

/** What a statement answered and did. */
export interface ClientResult {
  readonly rows: ClientRow[];
  readonly columns: string[];
  readonly changes: number;
  readonly lastInsertRowid: number | bigint;
}

/** Called after each chunk. */
export type Progress = (doneBytes: number, totalBytes: number) => void;

/** Bytes a transfer moves per call: below the IC's bounds of 2 MiB for an ingress message and for a reply. */
const CHUNK_BYTES = 1_000_000;

/** One archive, as a tenant's application uses it. All methods throw `TabulariumError` when the canister refuses. */
export class ArchiveClient {
  readonly #service: TabulariumService;
  readonly id: string;

  constructor(service: TabulariumService, id: string) {
    this.#service = service;
    this.id = id;
  }

  /** Runs SQL in an update call: one message, one transaction. */
  async execute(sql: string, ...parameters: ClientParameter[]): Promise<ClientResult> {
    return toResult(unwrap(await this.#service.execute(this.id, sql, parameters.map(toPosition))));
  }

  /** Runs SQL that only reads, in a query call. */
  async query(sql: string, ...parameters: ClientParameter[]): Promise<ClientRow[]> {
    return toResult(unwrap(await this.#service.query(this.id, sql, parameters.map(toPosition)))).rows;
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

function toPosition(value: ClientParameter, index: number) {
  return toCandidValue(value, index + 1);
}

function toResult(execution: CandidExecution): ClientResult {
  const { columns } = execution;
  const lastInsertRowid = fromCandidValue({ Integer: execution.last_insert_rowid });
  return {
    columns,
    rows: execution.rows.map((row) =>
      Object.fromEntries(row.map((value, index) => [columns[index], fromCandidValue(value)])),
    ),
    changes: Number(execution.changes),
    lastInsertRowid: lastInsertRowid as number | bigint,
  };
}
