import { beforeAll, describe, expect, it } from 'vitest';
import {
  type CandidResult,
  METHODS,
  type Method,
  type MethodName,
  type TabulariumService,
} from '../../src/candid';
import { createArchiveRequest } from '../../src/client';
import {
  ALICE,
  ANONYMOUS,
  answerOf,
  BOB,
  failureOf,
  InstalledTabularium,
  OPERATOR,
} from '../support/tabularium';

type Call = (service: TabulariumService) => Promise<CandidResult<unknown>>;

const ABSENT: [] = [];
const BYTES = new Uint8Array(16);

/** Every method that names an archive, called on Alice's. Not all succeed: it matters who gets through. */
const METHODS_OF_ARCHIVE: Record<string, Call> = {
  describe_archive: (service) => service.describe_archive('hers'),
  execute: (service) => service.execute('hers', 'CREATE TABLE IF NOT EXISTS t(x)', [], []),
  batch: (service) => service.batch('hers', [{ sql: 'DROP TABLE IF EXISTS gone', parameters: [] }], []),
  query: (service) => service.query('hers', 'SELECT x FROM secret', [], []),
  first: (service) => service.first('hers', 'SELECT x FROM secret', [], []),
  query_page: (service) => service.query_page('hers', 'SELECT x FROM secret', [], [], 10, []),
  db_begin_export: (service) =>
    service.db_begin_export({ archive: 'hers', snapshot: ABSENT, lifetime_seconds: ABSENT }),
  db_export_chunk: (service) => service.db_export_chunk('hers', 1n, 0n, 100),
  db_end_export: (service) => service.db_end_export('hers', 1n),
  db_list_exports: (service) => service.db_list_exports('hers'),
  db_begin_import: (service) =>
    service.db_begin_import({
      archive: 'hers',
      total_size: 4_096n,
      sha256: ABSENT,
      idle_seconds: ABSENT,
    }),
  db_import_chunk: (service) => service.db_import_chunk('hers', 1n, 0n, BYTES, ABSENT),
  db_import_status: (service) => service.db_import_status('hers'),
  db_missing_ranges: (service) => service.db_missing_ranges('hers', 1n, 0n, 10),
  db_verify_import: (service) => service.db_verify_import('hers', 1n, ABSENT),
  db_finish_import: (service) => service.db_finish_import({ archive: 'hers', session: 1n, replaced: ABSENT }),
  db_cancel_import: (service) => service.db_cancel_import('hers', 1n),
  db_create_snapshot: (service) => service.db_create_snapshot('hers', 'kept'),
  db_list_snapshots: (service) => service.db_list_snapshots('hers'),
  db_measure_snapshot: (service) => service.db_measure_snapshot('hers', 'kept', 0, 1),
  db_restore_snapshot: (service) =>
    service.db_restore_snapshot({ archive: 'hers', snapshot: 'kept', keep_as: ABSENT }),
  db_delete_snapshot: (service) => service.db_delete_snapshot('hers', 'kept'),
  db_damaged_images: (service) => service.db_damaged_images('hers'),
  db_reclaim: (service) => service.db_reclaim('hers', 10),
  db_begin_fork: (service) =>
    service.db_begin_fork({ archive: 'hers', snapshot: ABSENT, id: 'copy', owner: ABSENT }),
  db_continue_fork: (service) => service.db_continue_fork('hers', 10),
  db_fork_progress: (service) => service.db_fork_progress('hers'),
  db_cancel_fork: (service) => service.db_cancel_fork('hers'),
  db_space: (service) => service.db_space('hers'),
  db_compact: (service) => service.db_compact('hers', 10),
  db_checksum: (service) => service.db_checksum('hers'),
  db_refresh_checksum: (service) => service.db_refresh_checksum('hers', 10),
  db_cancel_checksum: (service) => service.db_cancel_checksum('hers'),
  db_page_checksums: (service) => service.db_page_checksums('hers'),
  db_set_page_checksums: (service) => service.db_set_page_checksums('hers', true),
  db_continue_page_checksums: (service) => service.db_continue_page_checksums('hers', 10),
  db_verify_pages: (service) => service.db_verify_pages('hers', 0n, 10),
  db_check: (service) =>
    service.db_check({
      archive: 'hers',
      kind: { Quick: null },
      table: ABSENT,
      instruction_budget: ABSENT,
      cursor: ABSENT,
    }),
  db_continue_adoption: (service) => service.db_continue_adoption('hers', 10),
  db_adoption_progress: (service) => service.db_adoption_progress('hers'),
  db_cancel_adoption: (service) => service.db_cancel_adoption('hers'),
};

const METHODS_OF_CANISTER: Record<string, Call> = {
  create_archive: (service) => service.create_archive(createArchiveRequest('new', undefined)),
  report_memory: (service) => service.report_memory(),
  report_space: (service) => service.report_space(),
  inspect_slot: (service) => service.inspect_slot(200),
  verify_slot: (service) => service.verify_slot(200, [], 10),
  adopt_slot: (service) => service.adopt_slot({ slot: 200, id: 'adopted', owner: [] }),
};

let canister: InstalledTabularium;

beforeAll(async () => {
  canister = await InstalledTabularium.install();
  const hers = await canister.archive('hers', ALICE);
  await hers.execute('CREATE TABLE secret(x)');
  const his = await canister.archive('his', BOB);
  await his.execute('CREATE TABLE secret(x)');
});

/** Whether the canister lets the caller through, whatever becomes of the call then. */
async function admits(call: Call, caller: typeof ALICE): Promise<boolean> {
  const result = await answerOf(call(canister.actor(caller)));
  return 'ok' in result || result.err.code !== 'NOT_AUTHORISED';
}

async function expectRefusal(call: Call, caller: typeof ALICE): Promise<void> {
  const before = canister.inspect.hashStable();
  expect(await failureOf(call(canister.actor(caller)))).toMatchObject({ code: 'NOT_AUTHORISED' });
  expect(canister.inspect.hashStable()).toBe(before);
}

describe.each(Object.entries(METHODS_OF_ARCHIVE))('%s', (method, call) => {
  const rule: Method = METHODS[method as MethodName];

  it('refuses the owner of another archive and anonymous, and changes nothing', async () => {
    await expectRefusal(call, BOB);
    await expectRefusal(call, ANONYMOUS);
  });

  it('lets its roles in', async () => {
    expect(await admits(call, ALICE)).toBe(rule.roles.includes('owner'));
    expect(await admits(call, OPERATOR)).toBe(true);
  });
});

describe.each(Object.entries(METHODS_OF_CANISTER))('%s', (_, call) => {
  it('refuses tenants and anonymous, and changes nothing', async () => {
    await expectRefusal(call, ALICE);
    await expectRefusal(call, ANONYMOUS);
  });

  it('lets a controller in', async () => {
    expect(await admits(call, OPERATOR)).toBe(true);
  });
});

describe('list_archives', () => {
  it('shows each caller what it may use', async () => {
    const idsFor = async (caller: typeof ALICE) =>
      (await canister.client(caller).listArchives()).map((archive) => archive.id);
    expect(await idsFor(OPERATOR)).toEqual(expect.arrayContaining(['hers', 'his', 'new']));
    expect(await idsFor(ALICE)).toEqual(expect.arrayContaining(['hers']));
    expect(await idsFor(ALICE)).not.toContain('his');
    expect(await idsFor(BOB)).toEqual(['his']);
  });

  it('refuses anonymous', async () => {
    expect(await failureOf(canister.actor(ANONYMOUS).list_archives([]))).toMatchObject({
      code: 'NOT_AUTHORISED',
    });
  });
});
