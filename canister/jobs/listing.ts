import type { Archive } from '../../catalog/archives/archive';
import { referenceTo } from '../../catalog/archives/reference';
import { JOB_KINDS } from '../../catalog/archives/settings';
import type { JobRecord } from '../../catalog/jobs/job-record';
import { intervalOf } from '../../catalog/jobs/schedule';
import type { CandidArchiveJobs, CandidJob } from '../../src/candid';
import { authoriseCanister } from '../service/governed';
import type { Implementations } from '../service/methods';
import { toVariant } from '../service/names';
import { running } from '../service/service';

export const jobsMethods = {
  list_jobs: listJobs,
} satisfies Implementations;

/** The jobs of every archive that has an id: what is under way, and how each kind ended last. */
function listJobs(): CandidArchiveJobs[] {
  authoriseCanister('list_jobs');
  const { catalog, jobs } = running();
  return catalog.list().map((archive) => toCandid(archive, jobs.of(archive)));
}

function toCandid(archive: Archive, { running: underWay, last }: JobRecord): CandidArchiveJobs {
  return {
    archive: referenceTo(archive),
    running:
      underWay === undefined
        ? []
        : [
            {
              kind: toVariant(underWay.kind),
              started_at: underWay.startedAt,
              attempts: underWay.attempts,
            },
          ],
    jobs: JOB_KINDS.map((kind): CandidJob => {
      const result = last[kind];
      return {
        kind: toVariant(kind),
        interval_seconds: BigInt(intervalOf(running().catalog, archive, kind)),
        last:
          result === undefined
            ? []
            : [
                {
                  started_at: result.startedAt,
                  finished_at: result.finishedAt,
                  outcome: toVariant(result.outcome),
                  code: result.code,
                  message: result.message,
                },
              ],
      };
    }),
  };
}
