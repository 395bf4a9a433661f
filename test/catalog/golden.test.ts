import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AuditLog } from '../../catalog/audit/audit-log';
import { Catalog } from '../../catalog/catalog';
import { Fleet } from '../../catalog/fleet/fleet';
import { JobLedger } from '../../catalog/jobs/job-ledger';
import { OperationRecords } from '../../catalog/operations/operation-records';
import { listTombstones } from '../../catalog/slots/tombstones';
import { type Stores, writeEverything } from './golden/scenario';
import { MemoryRecordStore } from './memory-record-store';

type GoldenName = keyof Stores;

/** The cells that version 1 wrote, by their numbers. */
function golden(name: GoldenName): [number, string][] {
  const cells = JSON.parse(readFileSync(`test/catalog/golden/${name}-v1.json`, 'utf8')) as Record<
    string,
    string
  >;
  return Object.entries(cells).map(([cell, text]) => [Number(cell), text]);
}

const goldenStore = (name: GoldenName) => new MemoryRecordStore(new Map(golden(name)));

describe('what version 1 wrote', () => {
  it.each(['catalog', 'audit', 'operations'] as const)('is what this code writes: %s', (name) => {
    const cells = [...writeEverything()[name].cells].sort(([a], [b]) => a - b);
    expect(cells).toEqual(golden(name));
    expect(cells.every(([, text]) => /^[\n -~]*$/.test(text))).toBe(true);
  });

  it('can be read: the catalog', () => {
    const catalog = Catalog.open(goldenStore('catalog'));
    const written = Catalog.open(writeEverything().catalog);
    expect(catalog.archives()).toEqual(written.archives());
    expect(catalog.archives().map(({ id, slot, life }) => [id, slot, life.state])).toEqual([
      ['arriving', 130, 'importing'],
      ['acme/eu-1', 131, 'active'],
      ['doubtful', 132, 'damaged'],
      ['plain', 133, 'active'],
      ['gone', 134, 'deleted'],
      ['gone-in-doubt', 135, 'deleted'],
      ['going', 136, 'purging'],
    ]);
    expect(catalog.get('acme/eu-1').blockedReads?.reason).toBe('gesperrt – bitte warten');
    expect([137, 139, 140].map((slot) => catalog.entryAt(slot).kind)).toEqual([
      'free',
      'clearing',
      'reserved',
    ]);
    expect(listTombstones(catalog, 0, 9).tombstones.map(({ id }) => id)).toEqual(['purged']);
    expect(catalog.settings.metricsAudience).toBe('archives');
  });

  it('can be read: the audit log', () => {
    const [newest, next] = AuditLog.open(goldenStore('audit')).page(undefined, 2).entries;
    expect(newest).toMatchObject({
      sequence: 25,
      method: 'limit_archive',
      archive: 'plain@1',
      outcome: 'ok',
    });
    expect(next).toMatchObject({
      sequence: 24,
      method: 'reserve_slot',
      archive: undefined,
      detail: 'händisch',
    });
  });

  it('can be read: jobs and fleet operations', () => {
    const catalog = Catalog.open(goldenStore('catalog'));
    const records = OperationRecords.open(goldenStore('operations'));
    const jobs = catalog.list().map((archive) => new JobLedger(catalog, records).of(archive));
    expect(
      jobs.some(({ last }) => last.checksum?.message === '12 pages' || last.snapshot?.message === '12 pages'),
    ).toBe(true);
    expect(jobs.some(({ running }) => running?.progress === 'page 256')).toBe(true);
    const fleet = new Fleet(catalog, records);
    expect(fleet.get(1)).toMatchObject({
      phase: 'stopped',
      failures: 1,
      argument: '0007_orders.sql',
      canaries: 1,
    });
    expect(fleet.results(fleet.get(1))).toMatchObject([{ id: 'plain', code: 'SQLITE_ERROR' }]);
  });
});
