import { JOB_KINDS, type JobKind } from '../archives/settings';
import { cutText } from '../encoding/cut-text';
import { encodeRecord, Fields } from '../encoding/fields';
import type { CatalogError } from '../error';
import { OPERATIONS_RECORD } from '../operations/operation-records';
import { checkedProgress, FINAL_OUTCOMES, type FinalOutcome } from '../operations/work';

/** How the last run of a kind of job ended. Times in nanoseconds since 1970. */
export interface JobResult {
  readonly startedAt: bigint;
  readonly finishedAt: bigint;
  readonly outcome: FinalOutcome;
  /** Stable code of a failure or of why there was nothing to do; empty when it is done. */
  readonly code: string;
  readonly message: string;
}

/** A job that has begun. */
export interface RunningJob {
  readonly kind: JobKind;
  readonly startedAt: bigint;
  /** Claims since the last word from it. */
  readonly attempts: number;
  readonly progress: string;
}

/** What is kept of an archive's jobs. */
export interface JobRecord {
  /** Whose jobs they are; a slot's next archive starts afresh. */
  readonly generation: number;
  readonly running: RunningJob | undefined;
  readonly last: Readonly<Partial<Record<JobKind, JobResult>>>;
}

const LONGEST_MESSAGE = 1_000;

export function encodeJobs({ generation, running, last }: JobRecord): string {
  return encodeRecord(OPERATIONS_RECORD, {
    generation,
    running: running && {
      ...running,
      startedAt: String(running.startedAt),
      progress: checkedProgress(running.progress),
    },
    last: Object.fromEntries(Object.entries(last).map(([kind, result]) => [kind, resultToFields(result)])),
  });
}

/**
 * Stands for a record that is damaged: all jobs have failed with it, at a time that nobody knows. So they run soon, and
 * the first that does writes the record anew.
 */
export function lostJobs(generation: number, { code, message }: CatalogError): JobRecord {
  const result: JobResult = { startedAt: 0n, finishedAt: 0n, outcome: 'failed', code, message };
  return {
    generation,
    running: undefined,
    last: Object.fromEntries(JOB_KINDS.map((kind) => [kind, result])),
  };
}

/** @throws {CatalogError} OPERATIONS_DAMAGED, OPERATIONS_VERSION_UNSUPPORTED */
export function decodeJobs(text: string, slot: number): JobRecord {
  const fields = Fields.parse(OPERATIONS_RECORD, `the jobs of slot ${slot}`, text);
  const running = fields.optionalObject('running');
  const results = fields.object('last');
  const last: Partial<Record<JobKind, JobResult>> = {};
  for (const kind of JOB_KINDS) {
    const result = results.optionalObject(kind);
    if (result !== undefined) {
      last[kind] = resultOf(result);
    }
  }
  return { generation: fields.natural('generation'), running: running && runningOf(running), last };
}

function resultToFields(result: JobResult): object {
  return {
    ...result,
    startedAt: String(result.startedAt),
    finishedAt: String(result.finishedAt),
    message: cutText(result.message, LONGEST_MESSAGE),
  };
}

function resultOf(fields: Fields): JobResult {
  return {
    startedAt: fields.time('startedAt'),
    finishedAt: fields.time('finishedAt'),
    outcome: fields.oneOf('outcome', FINAL_OUTCOMES),
    code: fields.text('code'),
    message: fields.text('message'),
  };
}

function runningOf(fields: Fields): RunningJob {
  return {
    kind: fields.oneOf('kind', JOB_KINDS),
    startedAt: fields.time('startedAt'),
    attempts: fields.natural('attempts'),
    progress: fields.text('progress'),
  };
}
