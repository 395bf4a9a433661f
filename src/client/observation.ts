import type {
  CandidArchiveJobs,
  CandidArchiveSpace,
  CandidAuditEntry,
  CandidAuditPage,
  CandidCanisterMetrics,
  CandidFinding,
  CandidMemoryReport,
  TabulariumService,
} from '../candid';
import { unwrap } from './error';

/** Entries that a call asks for: all that one may. */
const ENTRIES_A_CALL = 1_000;

/**
 * What operators and controllers can see of the canister. All methods throw `TabulariumError` when the canister refuses.
 */
export class ObservationClient {
  readonly #service: TabulariumService;

  constructor(service: TabulariumService) {
    this.#service = service;
  }

  /** Compares the catalog with what is in the memories; errors come first. docs/ERRORS.md has the codes. */
  async doctor(): Promise<CandidFinding[]> {
    return unwrap(await this.#service.doctor());
  }

  /** Who did what to which archive, and with which outcome; the newest first. Entries are asked for as they are read. */
  async *auditLog(): AsyncGenerator<CandidAuditEntry> {
    let before: [] | [bigint] = [];
    do {
      const page: CandidAuditPage = unwrap(await this.#service.read_audit_log(before, ENTRIES_A_CALL));
      yield* page.entries;
      before = page.next;
    } while (before.length > 0);
  }

  /** Who owns how much raw stable memory. */
  async memory(): Promise<CandidMemoryReport> {
    return unwrap(await this.#service.report_memory());
  }

  /** The room that every archive takes. */
  async space(): Promise<CandidArchiveSpace[]> {
    return unwrap(await this.#service.report_space());
  }

  /** What the canister has and does, counted since the last installation or upgrade. */
  async metrics(): Promise<CandidCanisterMetrics> {
    return unwrap(await this.#service.canister_metrics());
  }

  /** The recurring jobs of every archive: what is under way, and how each kind ended last. */
  async jobs(): Promise<CandidArchiveJobs[]> {
    return unwrap(await this.#service.list_jobs());
  }
}
