import type {
  CandidAdoptionProgress,
  CandidArchiveDescription,
  CandidBudgets,
  CandidExport,
  CandidForkProgress,
  CandidImportStatus,
  CandidPage,
  TabulariumService,
} from '../candid';
import { type ClientBudgets, toCandidBudgets } from './budgets';
import { unwrap } from './error';
import { ArchiveInsights } from './insights';
import { type ClientResult, type ClientRow, toResult } from './results';
import { type ClientStatement, toCandidStatements, toSentParameters } from './statements';
import {
  type BeginExportOptions,
  beginExport,
  type ExportOptions,
  exportImage,
  PinnedExport,
} from './storage/exports';
import { type ForkOptions, forkArchive } from './storage/forks';
import { type ImportOptions, type ImportOutcome, importImage } from './storage/imports';
import { ArchiveSnapshots } from './storage/snapshots';
import { ArchiveUpkeep } from './storage/upkeep';
import type { ClientParameter, ClientParameters } from './values';

/** More rows than most replies can hold: a page ends where the reply is full. */
const ROWS_A_PAGE = 100_000;

/** One archive, as a tenant's application uses it. All methods throw `TabulariumError` when the canister refuses. */
export class ArchiveClient {
  readonly #service: TabulariumService;
  readonly #budgets: [] | [CandidBudgets];
  readonly id: string;
  readonly snapshots: ArchiveSnapshots;
  readonly upkeep: ArchiveUpkeep;
  readonly insights: ArchiveInsights;

  constructor(service: TabulariumService, id: string, budgets?: ClientBudgets) {
    this.#service = service;
    this.#budgets = budgets === undefined ? [] : [toCandidBudgets(budgets)];
    this.id = id;
    this.snapshots = new ArchiveSnapshots(service, id);
    this.upkeep = new ArchiveUpkeep(service, id);
    this.insights = new ArchiveInsights(service, id);
  }

  /** The same archive, where each call may take so much; never more than the archive allows. */
  withBudgets(budgets: ClientBudgets): ArchiveClient {
    return new ArchiveClient(this.#service, this.id, budgets);
  }

  /** Runs SQL in an update call: one message, one transaction. */
  async execute<Row = ClientRow>(sql: string, ...parameters: ClientParameter[]): Promise<ClientResult<Row>> {
    const sent = toSentParameters(sql, parameters);
    return toResult<Row>(unwrap(await this.#service.execute(this.id, sql, sent, this.#budgets)));
  }

  /** Runs statements in one update call and one transaction, all or nothing; a result for each. */
  async batch(statements: readonly ClientStatement[]): Promise<ClientResult[]> {
    const sent = toCandidStatements(statements);
    return unwrap(await this.#service.batch(this.id, sent, this.#budgets)).map((result) => toResult(result));
  }

  /** Runs SQL that only reads, in a query call; its rows. */
  async query<Row = ClientRow>(sql: string, ...parameters: ClientParameter[]): Promise<Row[]> {
    return (await this.queryResult<Row>(sql, ...parameters)).rows;
  }

  /** The same with column names, rows as arrays, and meta. */
  async queryResult<Row = ClientRow>(
    sql: string,
    ...parameters: ClientParameter[]
  ): Promise<ClientResult<Row>> {
    const sent = toSentParameters(sql, parameters);
    return toResult<Row>(unwrap(await this.#service.query(this.id, sql, sent, this.#budgets)));
  }

  /** The first row of a query, or null. */
  async first<Row = ClientRow>(sql: string, ...parameters: ClientParameter[]): Promise<Row | null> {
    const sent = toSentParameters(sql, parameters);
    const { rows } = toResult<Row>(unwrap(await this.#service.first(this.id, sql, sent, this.#budgets)));
    return rows[0] ?? null;
  }

  /**
   * The rows of a query that are too many for one reply, a page of at most `rows` at a time. A write in between throws
   * `CURSOR_STALE`; begin again then.
   */
  async *pages<Row = ClientRow>(
    sql: string,
    parameters: ClientParameters = [],
    rows = ROWS_A_PAGE,
  ): AsyncGenerator<ClientResult<Row>> {
    const sent = toSentParameters(sql, parameters);
    let cursor: CandidPage['next_cursor'] = [];
    do {
      const page: CandidPage = unwrap(
        await this.#service.query_page(this.id, sql, sent, cursor, rows, this.#budgets),
      );
      yield toResult<Row>(page);
      cursor = page.next_cursor;
    } while (cursor.length > 0);
  }

  async describe(): Promise<CandidArchiveDescription> {
    return unwrap(await this.#service.describe_archive(this.id));
  }

  /** Pins an image, to be read in any order while the archive goes on. */
  beginExport(options: BeginExportOptions = {}): Promise<PinnedExport> {
    return beginExport(this.#service, this.id, options);
  }

  /** Takes an export up by its token; undefined when it was ended or has expired. */
  async resumeExport(token: bigint): Promise<PinnedExport | undefined> {
    const exports = await this.listExports();
    const description = exports.find((pinned) => pinned.token === token);
    return description && new PinnedExport(this.#service, this.id, description);
  }

  /** All pinned images of the archive, those of forks and checksums included. */
  async listExports(): Promise<CandidExport[]> {
    return unwrap(await this.#service.db_list_exports(this.id));
  }

  /** The archive as a SQLite file, as it was when the call began. */
  exportImage(options: ExportOptions = {}): Promise<Uint8Array> {
    return exportImage(this.#service, this.id, options);
  }

  /** Replaces the archive by a SQLite file. It keeps its content until the canister has verified the new one. */
  importImage(image: Uint8Array, options: ImportOptions = {}): Promise<ImportOutcome> {
    return importImage(this.#service, this.id, image, options);
  }

  /** The import under way, with the session by which it is taken up. */
  async importStatus(): Promise<CandidImportStatus | undefined> {
    return unwrap(await this.#service.db_import_status(this.id))[0];
  }

  /** Gives an import up. An archive that waits for its first image is purged then. */
  async cancelImport(session: bigint): Promise<void> {
    unwrap(await this.#service.db_cancel_import(this.id, session));
  }

  /** How far the copy is that this archive is made of; undefined when none is under way. */
  async forkProgress(): Promise<CandidForkProgress | undefined> {
    return unwrap(await this.#service.db_fork_progress(this.id))[0];
  }

  /** How far this archive's adoption is; undefined when it is not being adopted. */
  async adoptionProgress(): Promise<CandidAdoptionProgress | undefined> {
    return unwrap(await this.#service.db_adoption_progress(this.id))[0];
  }

  /** Makes a new archive of this one's image. Controllers only. */
  async fork(id: string, options: ForkOptions = {}): Promise<ArchiveClient> {
    return new ArchiveClient(this.#service, await forkArchive(this.#service, this.id, id, options));
  }
}
