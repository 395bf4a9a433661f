import { beforeAll, describe, expect, it } from 'vitest';
import { ALICE, ANONYMOUS, BOB, failureOf, InstalledTabularium } from '../support/tabularium';

let canister: InstalledTabularium;
const client = () => canister.client();

beforeAll(async () => {
  canister = await InstalledTabularium.install();
  const hers = await canister.archive('hers', ALICE);
  await hers.execute('CREATE TABLE t(x)');
  await hers.execute('INSERT INTO t VALUES (1), (2)');
  await hers.execute('SELECT x FROM t');
  await hers.execute('INSERT INTO nothing VALUES (1)').catch(() => undefined);
  await hers.query('SELECT x FROM t');
  await canister.pic.tick(6);
});

async function get(url: string, method = 'GET') {
  const reply = await canister
    .actor(ANONYMOUS)
    .http_request({ url, method, body: new Uint8Array(), headers: [] });
  return { status: reply.status_code, text: new TextDecoder().decode(Uint8Array.from(reply.body)) };
}

describe('metrics', () => {
  it('count what updates took, and not what a single node answered', async () => {
    const metrics = await canister.client(ALICE).administer('hers').metrics();
    expect(metrics).toMatchObject({ archive: 'hers@1', slot: 120, state: { Active: null }, buckets: 1 });
    expect(metrics.usage).toMatchObject({ queries: 0n, updates: 4n, rows_written: 2n });
    expect(metrics.usage.errors).toEqual([{ code: 'SQLITE_ERROR', times: 1n }]);
    expect(metrics.usage.rows_read).toBeGreaterThan(0n);
    expect(metrics.usage.instructions).toBeGreaterThan(500_000n);
    expect(metrics.usage.last_write_at).toHaveLength(1);
    expect(metrics.size).toBeGreaterThan(0n);
  });

  it('tell operators of the canister: memory, buckets, cycles and their runway', async () => {
    const metrics = await client().observation.metrics();
    expect(metrics).toMatchObject({ archives: 1, slots: 135, free_slots: 134, bucket_bytes: 1_048_576n });
    expect(metrics.stable_bytes).toBe(BigInt(canister.inspect.stableBytes));
    expect(metrics.heap_bytes).toBe(BigInt(canister.inspect.heapBytes));
    expect(metrics.cycles_balance).toBeGreaterThan(0n);
    expect(metrics.cycles_runway_seconds[0]).toBeGreaterThan(0n);
    expect(await failureOf(canister.actor(BOB).canister_metrics())).toMatchObject({ code: 'NOT_AUTHORISED' });
  });

  it('are served as text under /metrics, by slot, and nothing else is', async () => {
    const { status, text } = await get('/metrics?x=1');
    expect(status).toBe(200);
    expect(text).toContain('\ntabularium_slots_free 134\n');
    expect(text).toContain('tabularium_archive_updates_total{slot="120",generation="1"} 4\n');
    expect(text).not.toContain('hers');
    expect((await get('/')).status).toBe(404);
    expect((await get('/metrics/x')).status).toBe(404);
    expect((await get('/metrics', 'POST')).status).toBe(405);
  });

  it('are shown to nobody when controllers say so', async () => {
    await client().settings.configure({ metrics_audience: { Nobody: null } });
    expect((await get('/metrics')).status).toBe(404);
    await client().settings.configure({ metrics_audience: { Archives: null } });
    expect((await get('/metrics')).text).toContain('archive="hers"');
  });
});
