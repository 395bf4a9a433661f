import { beforeAll, describe, expect, it } from 'vitest';
import type { CandidResult, TabulariumService } from '../../src/candid';
import { createArchiveRequest } from '../../src/client';
import { ALICE, ANONYMOUS, BOB, failureOf, InstalledTabularium, OPERATOR } from '../support/tabularium';

interface MethodOfArchive {
  readonly method: keyof TabulariumService;
  readonly call: (service: TabulariumService) => Promise<CandidResult<unknown>>;
  /** Whether an import must be under way for the call to succeed. */
  readonly duringImport?: boolean;
}

/** Every method that names an archive, called on Alice's. */
const METHODS_OF_ARCHIVE: MethodOfArchive[] = [
  { method: 'describe_archive', call: (service) => service.describe_archive('hers') },
  {
    method: 'execute',
    call: (service) => service.execute('hers', 'CREATE TABLE IF NOT EXISTS t(x)', [], []),
  },
  {
    method: 'batch',
    call: (service) => service.batch('hers', [{ sql: 'DROP TABLE IF EXISTS gone', parameters: [] }], []),
  },
  { method: 'query', call: (service) => service.query('hers', 'SELECT x FROM secret', [], []) },
  { method: 'first', call: (service) => service.first('hers', 'SELECT x FROM secret', [], []) },
  {
    method: 'query_page',
    call: (service) => service.query_page('hers', 'SELECT x FROM secret', [], [], 10, []),
  },
  { method: 'db_export_chunk', call: (service) => service.db_export_chunk('hers', transactionId, 0n, 100) },
  { method: 'db_begin_import', call: (service) => service.db_begin_import('hers', 4_096n) },
  {
    method: 'db_import_chunk',
    call: (service) => service.db_import_chunk('hers', 0n, new Uint8Array(4_096)),
    duringImport: true,
  },
  { method: 'db_cancel_import', call: (service) => service.db_cancel_import('hers'), duringImport: true },
  {
    method: 'db_finish_import',
    call: async (service) => {
      const image = await canister.client().archive('his').exportImage();
      await service.db_begin_import('hers', BigInt(image.length));
      await service.db_import_chunk('hers', 0n, image);
      return service.db_finish_import('hers');
    },
  },
];

const METHODS_OF_CONTROLLERS: [string, (service: TabulariumService) => Promise<CandidResult<unknown>>][] = [
  ['create_archive', (service) => service.create_archive(createArchiveRequest('new', undefined))],
  ['report_memory', (service) => service.report_memory()],
];

let canister: InstalledTabularium;
let transactionId: bigint;

beforeAll(async () => {
  canister = await InstalledTabularium.install();
  const hers = await canister.archive('hers', ALICE);
  await hers.execute('CREATE TABLE secret(x)');
  const his = await canister.archive('his', BOB);
  await his.execute('CREATE TABLE secret(x)');
});

describe.each(METHODS_OF_ARCHIVE)('$method', ({ call, duringImport }) => {
  it.each([
    ['the owner', ALICE],
    ['a controller', OPERATOR],
  ])('answers %s', async (_, caller) => {
    transactionId = (await canister.client().archive('hers').describe()).transaction_id;
    if (duringImport) await canister.actor(caller).db_begin_import('hers', 4_096n);
    expect(await call(canister.actor(caller))).toHaveProperty('ok');
    await canister.actor(caller).db_cancel_import('hers');
  });

  it.each([
    ['the owner of another archive', BOB],
    ['anonymous', ANONYMOUS],
  ])('refuses %s and changes nothing', async (_, caller) => {
    const before = canister.inspect.hashStable();
    expect(await failureOf(call(canister.actor(caller)))).toMatchObject({ code: 'NOT_AUTHORISED' });
    expect(canister.inspect.hashStable()).toBe(before);
  });
});

describe.each(METHODS_OF_CONTROLLERS)('%s', (_, call) => {
  it('answers a controller', async () => {
    expect(await call(canister.actor(OPERATOR))).toHaveProperty('ok');
  });

  it.each([
    ['a tenant', ALICE],
    ['anonymous', ANONYMOUS],
  ])('refuses %s and changes nothing', async (__, caller) => {
    const before = canister.inspect.hashStable();
    expect(await failureOf(call(canister.actor(caller)))).toMatchObject({ code: 'NOT_AUTHORISED' });
    expect(canister.inspect.hashStable()).toBe(before);
  });
});

describe('list_archives', () => {
  it('shows each caller what it may use', async () => {
    const idsFor = async (caller: typeof ALICE) =>
      (await canister.client(caller).listArchives()).map((archive) => archive.id);
    expect(await idsFor(OPERATOR)).toEqual(['hers', 'his', 'new']);
    expect(await idsFor(ALICE)).toEqual(['hers']);
    expect(await idsFor(BOB)).toEqual(['his']);
  });

  it('refuses anonymous', async () => {
    expect(await failureOf(canister.actor(ANONYMOUS).list_archives([]))).toMatchObject({
      code: 'NOT_AUTHORISED',
    });
  });
});
