import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { IDL } from '@dfinity/candid';
import { generate } from '@icp-sdk/bindgen/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idlFactory } from '../../src/candid';
import type { ArchiveAdmin } from '../../src/client';
import { ALICE, InstalledTabularium, OPERATOR } from '../support/tabularium';

// docs/ARCHITECTURE.md, "How records grow". test/candid/golden has the interface of each version as its clients know it.

const VERSIONS = ['interface-v1'];

let canister: InstalledTabularium;
let folder: string;
const factories = new Map<string, IDL.InterfaceFactory>();

beforeAll(async () => {
  canister = await InstalledTabularium.install();
  await canister.archive('a', ALICE);
  folder = mkdtempSync(join('.tabularium', 'older-'));
  for (const version of VERSIONS) {
    await generate({
      didFile: `test/candid/golden/${version}.did`,
      outDir: folder,
      output: { actor: { disabled: true }, declarations: { flat: true } },
    });
    const { idlFactory } = (await import(resolve(folder, `${version}.did.js`))) as {
      idlFactory: IDL.InterfaceFactory;
    };
    factories.set(version, idlFactory);
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const admin = (): ArchiveAdmin => canister.client().administer('a');
const settingsOf = async (id = 'a') => (await canister.client().administer(id).describe()).settings;

/** Calls a method with an argument of types that an older client has. */
async function callAs(types: IDL.Type[], method: string, values: unknown[]): Promise<void> {
  const arg = new Uint8Array(IDL.encode(types, values));
  const { canisterId } = canister;
  const reply = await canister.pic.updateCall({ canisterId, method, sender: OPERATOR, arg });
  const [answer] = IDL.decode(
    [IDL.Variant({ ok: IDL.Reserved, err: IDL.Record({ code: IDL.Text }) })],
    reply,
  );
  expect(answer).toHaveProperty('ok');
}

const Intervals = IDL.Record({ checksum: IDL.Opt(IDL.Nat64), snapshot: IDL.Opt(IDL.Nat64) });
/** Settings as a client has them from a time before retention and two kinds of jobs. */
const OlderSettings = IDL.Record({
  delete_protection: IDL.Bool,
  recovery_window_seconds: IDL.Opt(IDL.Nat64),
  job_intervals: Intervals,
});

describe.each(VERSIONS)('a client of %s', (version) => {
  it("has an interface that today's canister still serves", () => {
    const [today, then] = [idlFactory({ IDL }), factories.get(version)!({ IDL })];
    expect(IDL.subtype(today, then)).toBe(true);
    for (const [name, method] of then._fields) {
      const now = today._fields.find(([other]) => other === name)![1];
      expect([name, IDL.subtype(now, method)]).toEqual([name, true]);
    }
  });

  it('changes what it names by whole records', async () => {
    const actor = canister.pic.createActor<Record<string, (...values: unknown[]) => Promise<unknown>>>(
      factories.get(version)!,
      canister.canisterId,
    );
    actor.setPrincipal(OPERATOR);
    const intervals = { checksum: [], quick_check: [], snapshot: [7_200n], compaction: [] };
    const changed = await actor.configure_archive!('a', {
      delete_protection: true,
      recovery_window_seconds: [60n],
      job_intervals: intervals,
      snapshot_retention: [{ keep_last: 5, keep_for_seconds: 0n }],
    });
    expect(changed).toMatchObject({ ok: { id: 'a' } });
    expect(await settingsOf()).toEqual({
      delete_protection: true,
      recovery_window_seconds: [60n],
      job_intervals: intervals,
      snapshot_retention: [{ keep_last: 5, keep_for_seconds: 0n }],
    });
    expect(await actor.describe_archive!('a')).toMatchObject({
      ok: { settings: { delete_protection: true } },
    });
  });
});

describe('a client that does not know a setting', () => {
  it('leaves it as it is', async () => {
    await admin().configure({
      delete_protection: false,
      recovery_window_seconds: [],
      job_intervals: { quick_check: [9_000n], snapshot: [9_000n] },
      snapshot_retention: [{ keep_last: 3, keep_for_seconds: 1n }],
    });
    await callAs([IDL.Text, OlderSettings], 'configure_archive', [
      'a',
      {
        delete_protection: true,
        recovery_window_seconds: [],
        job_intervals: { checksum: [], snapshot: [3_600n] },
      },
    ]);
    expect(await settingsOf()).toMatchObject({
      delete_protection: true,
      job_intervals: { quick_check: [9_000n], snapshot: [3_600n] },
      snapshot_retention: [{ keep_last: 3, keep_for_seconds: 1n }],
    });
  });

  it("leaves limits and the canister's settings as they are", async () => {
    await admin().limit({ sizeLimit: 1_000_000, budgets: { rows: 9, sqlBytes: 5_000 } });
    const OlderLimits = IDL.Record({ size_limit: IDL.Opt(IDL.Nat64) });
    await callAs([IDL.Text, OlderLimits], 'limit_archive', ['a', { size_limit: [2_000_000n] }]);
    const { limits } = await admin().describe();
    expect(limits).toMatchObject({ size_limit: [2_000_000n], budgets: { rows: [9n], sql_bytes: [5_000n] } });

    const { settings } = canister.client();
    await settings.configure({ metrics_audience: { Archives: null } });
    const OlderCanister = IDL.Record({ recovery_window_seconds: IDL.Nat64 });
    await callAs([OlderCanister], 'configure_canister', [{ recovery_window_seconds: 90n }]);
    expect((await settings.describe()).settings).toMatchObject({
      recovery_window_seconds: 90n,
      metrics_audience: { Archives: null },
    });
  });
});

describe('a change', () => {
  it('of one setting, of many archives, leaves the others of each', async () => {
    for (const id of ['kept', 'free']) await canister.archive(id, ALICE);
    await canister.client().administer('kept').configure({ delete_protection: true });
    await canister
      .client()
      .administer('free')
      .configure({ recovery_window_seconds: [61n] });
    const { number } = await canister
      .client()
      .fleet.startConfiguration(
        { job_intervals: { snapshot: [3_600n] }, snapshot_retention: [] },
        { selection: { archives: ['kept', 'free'] } },
      );
    await canister.pic.tick(20);
    const { operation } = await canister.client().fleet.describe(number);
    expect(operation.phase).toEqual({ Done: null });
    expect(await settingsOf('kept')).toMatchObject({
      delete_protection: true,
      job_intervals: { snapshot: [3_600n] },
    });
    expect(await settingsOf('free')).toMatchObject({
      delete_protection: false,
      recovery_window_seconds: [61n],
      job_intervals: { snapshot: [3_600n] },
    });
  });

  it("makes a setting follow the canister's again", async () => {
    await admin().configure({ recovery_window_seconds: [60n], job_intervals: { snapshot: [3_600n] } });
    await admin().configure({ recovery_window_seconds: [], job_intervals: { snapshot: [] } });
    expect(await settingsOf()).toMatchObject({
      recovery_window_seconds: [],
      job_intervals: { snapshot: [] },
    });
  });

  it('loses nothing of what another administrator changes at the same time', async () => {
    const [hers, his] = [canister.client(ALICE).administer('a'), admin()];
    await Promise.all([
      hers.configure({ delete_protection: true }),
      his.configure({ recovery_window_seconds: [77n] }),
      hers.configure({ job_intervals: { checksum: [4_000n] } }),
      his.configure({ job_intervals: { compaction: [5_000n] } }),
      hers.changeAccess({ writers: [OPERATOR] }),
      his.changeAccess({ readers: [ALICE] }),
      his.limit({ bucketBudget: 9 }),
      his.limit({ budgets: { parameters: 7 } }),
    ]);
    const { settings, limits, access } = await his.describe();
    expect(settings).toMatchObject({
      delete_protection: true,
      recovery_window_seconds: [77n],
      job_intervals: { checksum: [4_000n], compaction: [5_000n] },
    });
    expect(limits).toMatchObject({ bucket_budget: [9], budgets: { parameters: [7n] } });
    expect(access[0]!.writers.map(String)).toEqual([OPERATOR.toText()]);
    expect(access[0]!.readers.map(String)).toEqual([ALICE.toText()]);
  });
});
