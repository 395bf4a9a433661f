import {
  type CandidCheckFinding,
  type CandidCheckKind,
  type CandidChecksum,
  type CandidPageChecksumState,
  type CandidSlotSpace,
  optional,
  optionalNat,
  type TabulariumService,
} from '../../candid';
import { unwrap } from '../error';
import { requireOptions } from '../options';
import { UPKEEP_PAGES, untilDone } from './steps';
import type { Progress } from './transfer';

/** All pages with their indexes, all pages, or rows whose parent is missing. */
export type CheckKind = 'integrity' | 'quick' | 'foreign-keys';

const KINDS: Readonly<Record<CheckKind, CandidCheckKind>> = {
  integrity: { Integrity: null },
  quick: { Quick: null },
  'foreign-keys': { ForeignKeys: null },
};

export interface CheckOptions {
  /** Only this table, with its indexes. */
  readonly table?: string;
  /** Instructions that a call may take. */
  readonly instructionBudget?: number;
}

/** What a check found. */
export interface CheckResult {
  readonly findings: CandidCheckFinding[];
  /** Tables that take more than one call's budget: check each with a larger one. */
  readonly unchecked: string[];
}

/** Keeping an archive small and sound. Each method makes as many calls as it needs, and may be given up at any time. */
export class ArchiveUpkeep {
  readonly #service: TabulariumService;
  readonly #archive: string;

  constructor(service: TabulariumService, archive: string) {
    this.#service = service;
    this.#archive = archive;
  }

  /** The room that the archive takes; `buckets_returnable` is what {@link compact} would give back. */
  async space(): Promise<CandidSlotSpace> {
    return unwrap(await this.#service.db_space(this.#archive));
  }

  /**
   * Moves pages to the front and gives whole buckets back.
   *
   * @param tell called after each call with the buckets that are given back and those that are left to give
   * @returns buckets that were given back
   */
  async compact(tell: (returned: number, returnable: number) => void = () => {}): Promise<number> {
    let returned = 0;
    await untilDone(
      async () => unwrap(await this.#service.db_compact(this.#archive, UPKEEP_PAGES)),
      ({ buckets_returned, buckets_returnable }) => {
        returned += buckets_returned;
        tell(returned, buckets_returnable);
      },
    );
    return returned;
  }

  /** The checksum as of its last refresh; undefined before the first. */
  async checksum(): Promise<CandidChecksum | undefined> {
    return unwrap(await this.#service.db_checksum(this.#archive))[0];
  }

  /** Computes the checksum of the image that is live at the first call, however much is written meanwhile. */
  async refreshChecksum(progress: Progress = () => {}): Promise<CandidChecksum> {
    await untilDone(
      async () => unwrap(await this.#service.db_refresh_checksum(this.#archive, UPKEEP_PAGES)),
      ({ position, total }) => progress(Number(position), Number(total)),
    );
    const checksum = await this.checksum();
    if (checksum === undefined) {
      throw new Error(`the archive '${this.#archive}' was replaced while its checksum was computed`);
    }
    return checksum;
  }

  /** Gives a refresh up that another call began; the checksum before it stays. */
  async cancelChecksum(): Promise<void> {
    unwrap(await this.#service.db_cancel_checksum(this.#archive));
  }

  /** Whether single pages have checksums; `Switching…` while {@link setPageChecksums} is still at it. */
  async pageChecksums(): Promise<CandidPageChecksumState> {
    return unwrap(await this.#service.db_page_checksums(this.#archive));
  }

  /** Switches checksums of single pages on or off, for all that the archive holds. */
  async setPageChecksums(enabled: boolean): Promise<void> {
    let state = unwrap(await this.#service.db_set_page_checksums(this.#archive, enabled));
    while ('SwitchingOn' in state || 'SwitchingOff' in state) {
      state = unwrap(await this.#service.db_continue_page_checksums(this.#archive, UPKEEP_PAGES));
    }
  }

  /** SQLite's numbers of the pages that do not match their checksums; none where page checksums are off. */
  async verifyPages(): Promise<number[]> {
    const damaged: number[] = [];
    let from: bigint | undefined = 0n;
    while (from !== undefined) {
      const reply = await this.#service.db_verify_pages(this.#archive, from, UPKEEP_PAGES);
      const part: { damaged: number[]; next: [] | [bigint] } = unwrap(reply);
      damaged.push(...part.damaged);
      from = part.next[0];
    }
    return damaged;
  }

  /** Runs one of SQLite's checks to its end. Damage is a finding, not an error. */
  async check(kind: CheckKind, options: CheckOptions = {}): Promise<CheckResult> {
    requireOptions(options, ['table', 'instructionBudget']);
    const { table, instructionBudget } = options;
    const findings: CandidCheckFinding[] = [];
    const unchecked: string[] = [];
    let cursor: string | undefined;
    do {
      const reply = await this.#service.db_check({
        archive: this.#archive,
        kind: KINDS[kind],
        table: optional(table),
        instruction_budget: optionalNat(instructionBudget),
        cursor: optional(cursor),
      });
      const report = unwrap(reply);
      findings.push(...report.findings);
      unchecked.push(...report.unchecked);
      [cursor] = report.cursor;
    } while (cursor !== undefined);
    return { findings, unchecked };
  }
}
