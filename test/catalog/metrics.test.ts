import { describe, expect, it } from 'vitest';
import { renderPrometheus } from '../../catalog/metrics/prometheus';
import {
  type ArchiveMetrics,
  type CanisterMetrics,
  cyclesRunwaySeconds,
  type MetricsReport,
} from '../../catalog/metrics/report';
import type { Usage } from '../../catalog/metrics/usage';
import { CREATED_AT, SECOND } from './support';

const NO_USAGE: Usage = {
  queries: 0,
  updates: 0,
  rowsRead: 0,
  rowsWritten: 0,
  instructions: 0,
  errors: [],
  lastWriteAt: undefined,
};

const canister: CanisterMetrics = {
  slots: 135,
  freeSlots: 134,
  stableBytes: 80_000_000,
  heapBytes: 90_000_000,
  bucketBytes: 1_048_576,
  allocatedBuckets: 76,
  freeBuckets: 2,
  cyclesBalance: 3_000_000_000_000n,
  idleCyclesPerDay: 10_000_000_000n,
  freezingBalance: 1_000_000_000_000n,
  usage: NO_USAGE,
};

const archive: ArchiveMetrics = {
  id: 'acme',
  slot: 120,
  generation: 7,
  state: 'read-only',
  size: 40_960,
  sizeLimit: undefined,
  buckets: 1,
  transactionId: 12,
  checksummedAt: CREATED_AT,
  usage: NO_USAGE,
};

const report: MetricsReport = { now: CREATED_AT + 90n * SECOND, canister, archives: [archive] };

describe('the runway', () => {
  it('is what may be spent over what is burnt', () => {
    expect(cyclesRunwaySeconds(canister)).toBe(200 * 86_400);
    expect(cyclesRunwaySeconds({ ...canister, cyclesBalance: 5n })).toBe(0);
    expect(cyclesRunwaySeconds({ ...canister, idleCyclesPerDay: undefined })).toBeUndefined();
    expect(cyclesRunwaySeconds({ ...canister, idleCyclesPerDay: 0n })).toBeUndefined();
  });
});

describe("Prometheus's text", () => {
  const text = renderPrometheus(report, 'archives');

  it('has a type and a help for every metric, once and before its samples', () => {
    const seen = new Set<string>();
    for (const line of text.trimEnd().split('\n')) {
      const comment = /^# (HELP|TYPE) (tabularium_[a-z_]+) (.+)$/.exec(line);
      const value = /^(tabularium_[a-z_]+)(\{[^}]*\})? (\d+)$/.exec(line);
      expect(comment ?? value, line).not.toBeNull();
      if (comment?.[1] === 'TYPE') {
        expect(seen.has(comment[2]!)).toBe(false);
        expect(comment[3]).toMatch(/^(gauge|counter)$/);
        expect(comment[2]!.endsWith('_total')).toBe(comment[3] === 'counter');
        seen.add(comment[2]!);
      } else if (value !== null) {
        expect(seen.has(value[1]!)).toBe(true);
      }
    }
  });

  it.each([
    'tabularium_archives 1',
    'tabularium_slots_free 134',
    'tabularium_cycles_balance 3000000000000',
    'tabularium_cycles_runway_seconds 17280000',
    'tabularium_archive_state{archive="acme",slot="120",generation="7",state="read-only"} 1',
    'tabularium_archive_size_bytes{archive="acme",slot="120",generation="7"} 40960',
    'tabularium_archive_checksum_age_seconds{archive="acme",slot="120",generation="7"} 90',
  ])('says %s', (line) => {
    expect(text.split('\n')).toContain(line);
  });

  it('leaves out what is not known', () => {
    expect(text).not.toContain('size_limit');
    expect(text).not.toContain('last_write');
    expect(text).not.toContain('errors');
  });

  it('names no archive to the public, and says nothing to nobody', () => {
    expect(renderPrometheus(report, 'slots')).toContain(
      'tabularium_archive_size_bytes{slot="120",generation="7"} 40960',
    );
    expect(renderPrometheus(report, 'slots')).not.toContain('acme');
    expect(renderPrometheus(report, 'nobody')).toBe('');
  });

  it('counts errors by code and escapes what labels may hold', () => {
    const usage = { ...NO_USAGE, errors: [{ code: 'A"B\\C\nD', times: 4 }] };
    const odd = renderPrometheus({ ...report, archives: [{ ...archive, usage }] }, 'slots');
    expect(odd).toContain(
      'tabularium_archive_errors_total{slot="120",generation="7",code="A\\"B\\\\C\\nD"} 4\n',
    );
  });
});
