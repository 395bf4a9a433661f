import type { MetricsAudience } from '../canister-settings';
import { type ArchiveMetrics, checksumAgeSeconds, cyclesRunwaySeconds, type MetricsReport } from './report';
import type { Usage } from './usage';

type Kind = 'gauge' | 'counter';
type Labels = Readonly<Record<string, string | number>>;
type Value = number | bigint | undefined;

interface Sample {
  readonly labels: Labels;
  readonly value: Value;
}

/** Content type of the text format, version 0.0.4. */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * The report in Prometheus's text format, https://prometheus.io/docs/instrumenting/exposition_formats/. What is not
 * known has no sample.
 *
 * @param audience `slots` names archives by slot and generation only, so that the ids of tenants stay theirs.
 */
export function renderPrometheus(report: MetricsReport, audience: MetricsAudience): string {
  if (audience === 'nobody') {
    return '';
  }
  return [...canisterFamilies(report), ...archiveFamilies(report, audience)].join('');
}

function canisterFamilies({ canister, archives }: MetricsReport): string[] {
  const single = (value: Value): Sample[] => [{ labels: {}, value }];
  const { usage } = canister;
  return [
    family('gauge', 'archives', 'Archives that have an id.', single(archives.length)),
    family('gauge', 'slots', 'Slots of the plan.', single(canister.slots)),
    family('gauge', 'slots_free', 'Slots that can be allocated.', single(canister.freeSlots)),
    family('gauge', 'stable_memory_bytes', 'Raw stable memory.', single(canister.stableBytes)),
    family('gauge', 'heap_memory_bytes', 'Wasm memory.', single(canister.heapBytes)),
    family('gauge', 'bucket_bytes', 'Size of a bucket.', single(canister.bucketBytes)),
    family(
      'gauge',
      'buckets_allocated',
      'Buckets handed out at least once.',
      single(canister.allocatedBuckets),
    ),
    family('gauge', 'buckets_free', 'Buckets that were returned.', single(canister.freeBuckets)),
    family('gauge', 'cycles_balance', 'Cycles that the canister has.', single(canister.cyclesBalance)),
    family(
      'gauge',
      'cycles_runway_seconds',
      'Time until it freezes when idle.',
      single(cyclesRunwaySeconds(canister)),
    ),
    family('counter', 'queries_total', 'Queries that were called as updates.', single(usage.queries)),
    family('counter', 'updates_total', 'Updates.', single(usage.updates)),
    family('counter', 'rows_read_total', 'Rows read.', single(usage.rowsRead)),
    family('counter', 'rows_written_total', 'Rows written.', single(usage.rowsWritten)),
    family('counter', 'instructions_total', 'Instructions of SQL calls.', single(usage.instructions)),
    family('counter', 'errors_total', 'Errors by code.', errorSamples({}, usage)),
  ];
}

function archiveFamilies({ archives, now }: MetricsReport, audience: MetricsAudience): string[] {
  const labelled = archives.map((archive) => ({ archive, labels: labelsOf(archive, audience) }));
  const each = (kind: Kind, name: string, help: string, read: (archive: ArchiveMetrics) => Value) =>
    family(
      kind,
      `archive_${name}`,
      help,
      labelled.map(({ archive, labels }) => ({ labels, value: read(archive) })),
    );
  return [
    family(
      'gauge',
      'archive_state',
      'The state that an archive is in.',
      labelled.map(({ archive, labels }) => ({ labels: { ...labels, state: archive.state }, value: 1 })),
    ),
    each('gauge', 'size_bytes', 'Bytes of the SQLite image.', ({ size }) => size),
    each('gauge', 'size_limit_bytes', 'Bytes that it may have.', ({ sizeLimit }) => sizeLimit),
    each('gauge', 'buckets', 'Buckets that its slot owns.', ({ buckets }) => buckets),
    each('counter', 'transactions_total', 'Published transactions.', ({ transactionId }) => transactionId),
    each('gauge', 'checksum_age_seconds', 'Age of the checksum.', (archive) =>
      checksumAgeSeconds(archive, now),
    ),
    each('gauge', 'last_write_timestamp_seconds', 'When rows were last written.', ({ usage }) =>
      seconds(usage.lastWriteAt),
    ),
    each('counter', 'queries_total', 'Queries that were called as updates.', ({ usage }) => usage.queries),
    each('counter', 'updates_total', 'Updates.', ({ usage }) => usage.updates),
    each('counter', 'rows_read_total', 'Rows read.', ({ usage }) => usage.rowsRead),
    each('counter', 'rows_written_total', 'Rows written.', ({ usage }) => usage.rowsWritten),
    each('counter', 'instructions_total', 'Instructions of SQL calls.', ({ usage }) => usage.instructions),
    family(
      'counter',
      'archive_errors_total',
      'Errors by code.',
      labelled.flatMap(({ archive, labels }) => errorSamples(labels, archive.usage)),
    ),
  ];
}

function labelsOf({ id, slot, generation }: ArchiveMetrics, audience: MetricsAudience): Labels {
  return audience === 'archives' ? { archive: id, slot, generation } : { slot, generation };
}

function errorSamples(labels: Labels, { errors }: Usage): Sample[] {
  return errors.map(({ code, times }) => ({ labels: { ...labels, code }, value: times }));
}

function seconds(time: bigint | undefined): number | undefined {
  return time === undefined ? undefined : Number(time / 1_000_000_000n);
}

function family(kind: Kind, name: string, help: string, samples: readonly Sample[]): string {
  const metric = `tabularium_${name}`;
  const lines = samples
    .filter(({ value }) => value !== undefined)
    .map(({ labels, value }) => `${metric}${spell(labels)} ${value}\n`);
  return lines.length === 0 ? '' : `# HELP ${metric} ${help}\n# TYPE ${metric} ${kind}\n${lines.join('')}`;
}

function spell(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(String(value))}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
}
