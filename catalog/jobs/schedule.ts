import type { Archive } from '../archives/archive';
import { JOB_KINDS, type JobKind } from '../archives/settings';
import type { Catalog } from '../catalog';
import type { JobRecord } from './job-record';

const NANOSECONDS = 1_000_000_000n;

/** A failed job is tried again after this time, or its interval where that is shorter. */
const RETRY_SECONDS = 3_600;

/** A job and when it is or was due. */
export interface DueJob {
  readonly archive: Archive;
  readonly kind: JobKind;
  /** Nanoseconds since 1970. */
  readonly dueAt: bigint;
}

type JobsOf = (archive: Archive) => JobRecord;

/** Seconds between two runs of a kind on an archive; 0 for never. */
export function intervalOf(catalog: Catalog, archive: Archive, kind: JobKind): number {
  return archive.settings.jobIntervals[kind] ?? catalog.settings.jobIntervals[kind] ?? 0;
}

/** Jobs that are due, the longest overdue first. */
export function dueJobs(catalog: Catalog, jobsOf: JobsOf, now: bigint): DueJob[] {
  return scheduledJobs(catalog, jobsOf).filter(({ dueAt }) => dueAt <= now);
}

function scheduledJobs(catalog: Catalog, jobsOf: JobsOf): DueJob[] {
  const jobs: DueJob[] = [];
  for (const archive of catalog.list()) {
    if (archive.life.state !== 'active') {
      continue;
    }
    for (const kind of JOB_KINDS) {
      const seconds = intervalOf(catalog, archive, kind);
      if (seconds > 0) {
        jobs.push({ archive, kind, dueAt: dueAt(archive, jobsOf(archive).last[kind], seconds) });
      }
    }
  }
  return jobs.sort((a, b) =>
    a.dueAt < b.dueAt ? -1 : a.dueAt > b.dueAt ? 1 : a.archive.slot - b.archive.slot,
  );
}

/** An archive's first run is due one interval after its creation. */
function dueAt(archive: Archive, last: JobRecord['last'][JobKind], seconds: number): bigint {
  const wait = last?.outcome === 'failed' ? Math.min(seconds, RETRY_SECONDS) : seconds;
  return (last?.finishedAt ?? archive.createdAt) + BigInt(wait) * NANOSECONDS;
}
