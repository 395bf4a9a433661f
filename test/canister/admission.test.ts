import { IDL } from '@dfinity/candid';
import { beforeAll, describe, expect, it } from 'vitest';
import { ALICE, ANONYMOUS, BOB, InstalledTabularium, OPERATOR } from '../support/tabularium';

let canister: InstalledTabularium;

beforeAll(async () => {
  canister = await InstalledTabularium.install();
  const hers = await canister.archive('hers', ALICE);
  await hers.execute('CREATE TABLE t(x)');
});

/** Sends the bytes as an ingress update. True when the message was let in. */
async function isLetIn(method: string, sender: typeof ALICE, arg: Uint8Array): Promise<boolean> {
  const { canisterId, pic } = canister;
  const executed = canister.inspect.executions.length;
  await pic.updateCall({ canisterId, method, sender, arg }).catch(() => undefined);
  const kinds = canister.inspect.executions.slice(executed).map(({ kind }) => kind);
  expect(kinds[0]).toBe('inspect_message');
  return kinds.length > 1;
}

const encode = (types: IDL.Type[], values: unknown[]) => new Uint8Array(IDL.encode(types, values));
const named = (archive: string) => encode([IDL.Text, IDL.Principal], [archive, BOB]);
const inRecord = (archive: string) =>
  encode(
    [
      IDL.Record({
        a: IDL.Vec(IDL.Nat8),
        archive: IDL.Text,
        sha256: IDL.Opt(IDL.Vec(IDL.Nat8)),
        total_size: IDL.Nat64,
        zzz: IDL.Opt(IDL.Int),
      }),
    ],
    [{ a: new Uint8Array(9), archive, sha256: [], total_size: 5n, zzz: [5n] }],
  );

describe('inspect_message', () => {
  it.each([
    ['a text', 'delete_archive', named],
    ['a field of a record', 'db_begin_import', inRecord],
  ])('lets in who may call, going by the archive in %s', async (_, method, of) => {
    await canister.client(ALICE).administer('hers').configure({ delete_protection: true });
    expect(await isLetIn(method, ALICE, of('hers'))).toBe(true);
    expect(await isLetIn(method, OPERATOR, of('hers'))).toBe(true);
    expect(await isLetIn(method, BOB, of('hers'))).toBe(false);
    expect(await isLetIn(method, ANONYMOUS, of('hers'))).toBe(false);
    expect(await isLetIn(method, ALICE, of('nothing'))).toBe(false);
  });

  it('lets in who may learn that a reference is stale, so that the answer has its code', async () => {
    const reply = await canister.actor(ALICE).set_archive_owner('hers@9', ALICE);
    expect(reply).toMatchObject({ err: { code: 'ARCHIVE_NOT_FOUND' } });
    expect(await isLetIn('set_archive_owner', BOB, named('hers@9'))).toBe(false);
  });

  it('drops methods of controllers for everybody else', async () => {
    expect(await isLetIn('delete_migration_set', ALICE, named('x'))).toBe(false);
    expect(await isLetIn('delete_migration_set', OPERATOR, named('x'))).toBe(true);
    expect(await isLetIn('reserve_slot', ALICE, encode([IDL.Nat16, IDL.Text], [130, '']))).toBe(false);
    expect(await isLetIn('reserve_slot', OPERATOR, encode([IDL.Nat16, IDL.Text], [130, '']))).toBe(true);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['no Candid', new Uint8Array(100).fill(255)],
    ['no argument', encode([], [])],
    ['a number', encode([IDL.Nat], [5n])],
    ['a record without an archive', encode([IDL.Record({ b: IDL.Nat })], [{ b: 5n }])],
    ['an archive that is a number', encode([IDL.Record({ archive: IDL.Nat })], [{ archive: 5n }])],
    [
      'an archive behind 2 KiB',
      encode([IDL.Record({ a: IDL.Text, archive: IDL.Text })], [{ a: 'x'.repeat(3_000), archive: 'hers' }]),
    ],
    ['a type that contains itself', new Uint8Array([0x44, 0x49, 0x44, 0x4c, 1, 0x6e, 0, 1, 0, 1, 1, 1, 1])],
    ['a text that is no text', encode([IDL.Vec(IDL.Nat8)], [new Uint8Array([255, 254])])],
    ['an argument of another type', encode([IDL.Text, IDL.Text], ['hers', 'bob'])],
    ['bytes behind the argument', new Uint8Array([...named('hers'), 0])],
    ['an argument that ends too early', named('hers').subarray(0, -1)],
  ])('drops %s, whoever signed it', async (_, argument) => {
    for (const sender of [ANONYMOUS, BOB, ALICE, OPERATOR]) {
      expect(await isLetIn('set_archive_owner', sender, argument)).toBe(false);
    }
  });

  it('lets the public read what is public, in an update call too', async () => {
    const query = encode([IDL.Text, IDL.Text, IDL.Vec(IDL.Null)], ['hers', 'SELECT x FROM t', []]);
    expect(await isLetIn('query', ANONYMOUS, query)).toBe(false);
    await canister.client(ALICE).administer('hers').changeAccess({ public_read: true });
    expect(await isLetIn('query', ANONYMOUS, query)).toBe(true);
    expect(await isLetIn('execute', ANONYMOUS, query)).toBe(false);
  });

  it('drops what is larger than the method can need', async () => {
    const long = 'x'.repeat(70_000);
    const statement = [IDL.Text, IDL.Text, IDL.Vec(IDL.Null)];
    expect(await isLetIn('delete_archive', ALICE, encode([IDL.Text, IDL.Text], ['hers', long]))).toBe(false);
    expect(await isLetIn('list_archives', BOB, encode([IDL.Opt(IDL.Null), IDL.Text], [[], long]))).toBe(
      false,
    );
    expect(await isLetIn('execute', ALICE, encode(statement, ['hers', long, []]))).toBe(true);
  });

  it('drops requests of gateways, which are queries', async () => {
    expect(await isLetIn('http_request', OPERATOR, new Uint8Array())).toBe(false);
  });

  it('costs little', async () => {
    await isLetIn('execute', ALICE, named('hers'));
    const { work, instructions } = canister.inspect.last('inspect_message');
    expect(work).toBeLessThan(40_000);
    expect(instructions).toBeLessThan(1_000_000);
  });
});
