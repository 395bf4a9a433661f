import type { Archive } from '../archives/archive';
import type { JobKind } from '../archives/settings';
import type { Catalog } from '../catalog';
import { CatalogError } from '../error';
import { isDamaged, jobCellOf, type OperationRecords } from '../operations/operation-records';
import { EXHAUSTED, MOST_ATTEMPTS, type StepOutcome } from '../operations/work';
import { decodeJobs, encodeJobs, type JobRecord, lostJobs, type RunningJob } from './job-record';
import { dueJobs } from './schedule';

/** A step of a job that the caller is to do now. */
export interface ClaimedJob {
  readonly archive: Archive;
  readonly kind: JobKind;
  /** From the step before; empty for the first. */
  readonly progress: string;
}

/** The jobs of all archives: what is under way, and how each kind ended last. Survives upgrades. */
export class JobLedger {
  readonly #catalog: Catalog;
  readonly #records: OperationRecords;
  readonly #bySlot: (JobRecord | undefined)[] = [];

  /** Reads nothing yet: an archive's jobs are read when they are first asked for. */
  constructor(catalog: Catalog, records: OperationRecords) {
    this.#catalog = catalog;
    this.#records = records;
  }

  /**
   * An archive's jobs; {@link lostJobs} where their record is damaged.
   *
   * @throws {CatalogError} OPERATIONS_VERSION_UNSUPPORTED
   */
  of(archive: Archive): JobRecord {
    const { slot, generation } = archive;
    const record = this.#bySlot[slot] ?? this.#read(archive);
    return record.generation === generation ? record : { generation, running: undefined, last: {} };
  }

  /**
   * The next step that is to be done: of a job under way, else the first of the job that is due longest. The claim is
   * stored, and must outlive the message; {@link settle} tells how the step ended.
   *
   * @returns undefined when nothing is due.
   */
  claim(now: bigint): ClaimedJob | undefined {
    const archives = this.#catalog.list().filter(({ life }) => life.state === 'active');
    for (const archive of archives) {
      const { running } = this.of(archive);
      if (running !== undefined && running.attempts < MOST_ATTEMPTS) {
        return this.#claimStep(archive, running);
      }
      if (running !== undefined) {
        this.settle(archive, EXHAUSTED, now);
      }
    }
    const [due] = dueJobs(this.#catalog, (archive) => this.of(archive), now);
    return due && this.#claimStep(due.archive, { kind: due.kind, startedAt: now, attempts: 0, progress: '' });
  }

  /**
   * Records how a claimed step ended.
   *
   * @throws {CatalogError} JOB_STATE
   */
  settle(archive: Archive, outcome: StepOutcome, now: bigint): void {
    const record = this.of(archive);
    const { running } = record;
    if (running === undefined) {
      throw new CatalogError(
        'JOB_STATE',
        `no job of the archive '${archive.id}' is under way: claim it first`,
      );
    }
    if (outcome.kind === 'more') {
      this.#write(archive, { ...record, running: { ...running, attempts: 0, progress: outcome.progress } });
      return;
    }
    const result = {
      startedAt: running.startedAt,
      finishedAt: now,
      outcome: outcome.kind,
      code: outcome.kind === 'done' ? '' : outcome.code,
      message: outcome.message,
    };
    this.#write(archive, { ...record, running: undefined, last: { ...record.last, [running.kind]: result } });
  }

  #claimStep(archive: Archive, job: RunningJob): ClaimedJob {
    const running = { ...job, attempts: job.attempts + 1 };
    this.#write(archive, { ...this.of(archive), running });
    return { archive, kind: job.kind, progress: job.progress };
  }

  #read({ slot, generation }: Archive): JobRecord {
    const record = this.#stored(slot, generation);
    this.#bySlot[slot] = record;
    return record;
  }

  #stored(slot: number, generation: number): JobRecord {
    try {
      const text = this.#records.store.read(this.#cellOf(slot));
      return text === undefined ? { generation, running: undefined, last: {} } : decodeJobs(text, slot);
    } catch (error) {
      if (isDamaged(error)) {
        return lostJobs(generation, error);
      }
      throw error;
    }
  }

  #write({ slot }: Archive, record: JobRecord): void {
    this.#records.write(this.#cellOf(slot), encodeJobs(record));
    this.#bySlot[slot] = record;
  }

  #cellOf(slot: number): number {
    return jobCellOf(slot - this.#catalog.plan.first);
  }
}
