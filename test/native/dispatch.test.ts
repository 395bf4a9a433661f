import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { beforeEach, describe, expect, it } from 'vitest';
import { copyOf, declareMethods, NativeCopy } from '../../canister/service/native-copy';
import { authoriseArchive } from '../../catalog/access/authorise';
import { blockUse, changeLimits, setAccess } from '../../catalog/archives/changes';
import { deleteArchive, quarantineArchive } from '../../catalog/archives/life';
import { Catalog } from '../../catalog/catalog';
import { METHODS, type Method, type MethodName, type Role } from '../../src/candid';
import { compileTypes } from '../../src/codec/compile';
import { HandlePool } from '../../src/database';
import { principalOf } from '../../src/harness';
import type { NodeHost } from '../../src/native/node';
import { MemoryRecordStore } from '../catalog/memory-record-store';
import { create } from '../catalog/support';
import { startHost } from '../support/native-host';
import { functions, plainArguments } from '../support/plain-arguments';
import { Random } from '../support/random';

type Who = Exclude<Role, 'public' | 'audience'> | 'anonymous';

const PRINCIPALS: Record<Who, Principal> = {
  owner: principalOf('owner'),
  writer: principalOf('writer'),
  reader: principalOf('reader'),
  operator: principalOf('operator'),
  controller: principalOf('controller'),
  signed: principalOf('stranger'),
  anonymous: Principal.anonymous(),
};
const CALLERS = Object.keys(PRINCIPALS) as Who[];
const RULES = Object.entries(METHODS) as [MethodName, Method][];

let host: NodeHost;
let catalog: Catalog;
let pool: HandlePool;
beforeEach(async () => {
  host = await startHost({ now: () => 5n });
  pool = new HandlePool(host.native);
  catalog = Catalog.open(new MemoryRecordStore(), { observer: new NativeCopy(host.native) });
  for (const [name, { argTypes }] of functions) {
    const { words, labels } = compileTypes(IDL, argTypes);
    host.native.planArguments(name, host.native.candidPlan(words, labels)!);
  }
  expect(host.admits('execute', from('owner', statement('hers', '')))).toBe(false);
  declareMethods(host.native);
  catalog.changeHeader({ operators: [PRINCIPALS.operator.toText()] });
  const hers = create(catalog, 'hers', PRINCIPALS.owner.toText());
  setAccess(catalog, hers, {
    writers: [PRINCIPALS.writer.toText()],
    readers: [principalOf('another').toText(), PRINCIPALS.reader.toText()],
  });
  create(catalog, 'his', principalOf('bob').toText());
  pool.create(hers.slot, hers.generation).exec('CREATE TABLE t (x); INSERT INTO t VALUES (1), (2)');
});

const from = (who: Who, argument: Uint8Array) => ({
  argument,
  caller: PRINCIPALS[who].toUint8Array(),
  callerIsController: who === 'controller',
});

function call(method: MethodName, who: Who, argument: Uint8Array, replicated = true): unknown {
  const reply = host.call(method, { ...from(who, argument), replicated });
  return reply && IDL.decode(functions.get(method)!.retTypes, reply)[0];
}

/** Arguments that name the archive like the method's, and are none of its own. */
function odd(method: MethodName): Uint8Array {
  const [first, second] = functions.get(method)!.argTypes;
  if (first instanceof IDL.TextClass && second !== undefined && !(second instanceof IDL.OptClass)) {
    return new Uint8Array(IDL.encode([IDL.Text, IDL.Reserved, IDL.Reserved], ['hers', null, null]));
  }
  const isOptional = ([name, type]: [string, IDL.Type]) => name === 'archive' || type instanceof IDL.OptClass;
  if (first instanceof IDL.RecordClass && !first._fields.every(isOptional)) {
    const record = IDL.Record({ archive: IDL.Text, id: IDL.Bool });
    return new Uint8Array(IDL.encode([record], [{ archive: 'hers', id: true }]));
  }
  return plainArguments(method, 'hers').subarray(0, -1);
}

const statement = (archive: string, sql: string) =>
  new Uint8Array(IDL.encode(functions.get('execute')!.argTypes, [archive, sql, [], []]));

/** Whom the rule lets in, besides the audience. */
function isAllowed({ roles, archive }: Method, who: Who, isPublic: boolean): boolean {
  if (archive !== undefined && isPublic && roles.includes('public')) return true;
  if (who === 'anonymous') return false;
  const isAbout = who === 'owner' || who === 'writer' || who === 'reader';
  return roles.includes('signed') || (roles.includes(who) && (archive !== undefined || !isAbout));
}

describe('an ingress message', () => {
  it.each(RULES.filter(([method]) => method !== 'http_request'))(
    'for %s is let in from whom the method table lets in',
    (method, rule) => {
      for (const isPublic of [false, true]) {
        setAccess(catalog, catalog.get('hers'), { publicRead: isPublic });
        for (const who of CALLERS) {
          const admitted = host.admits(method, from(who, plainArguments(method, 'hers')));
          expect([who, isPublic, admitted]).toEqual([who, isPublic, isAllowed(rule, who, isPublic)]);
        }
      }
    },
  );

  it('for a method that nobody knows, or for gateways, is let in from nobody', () => {
    expect(host.admits('drop_everything', from('controller', statement('hers', '')))).toBe(false);
    expect(host.admits('execute'.repeat(9), from('controller', statement('hers', '')))).toBe(false);
    expect(host.admits('http_request', from('controller', plainArguments('http_request', '')))).toBe(false);
  });

  it.each(RULES.filter(([method, { takes }]) => method !== 'http_request' && takes.length > 0))(
    'for %s with arguments of another method is let in from nobody',
    (method, rule) => {
      for (const who of CALLERS) {
        expect(host.admits(method, from(who, odd(method)))).toBe(false);
        const trailing = Uint8Array.from([...plainArguments(method, 'hers'), 0]);
        expect(host.admits(method, from(who, trailing))).toBe(false);
      }
      const answer = call(method, rule.roles.includes('owner') ? 'owner' : 'controller', odd(method));
      expect(answer).toMatchObject({ err: { code: 'CANDID_MALFORMED' } });
    },
  );

  it('that is larger than its method can need is let in from nobody', () => {
    const { argTypes } = functions.get('block_archive')!;
    const block = (reason: string) =>
      new Uint8Array(IDL.encode(argTypes, ['hers', { Writes: null }, reason]));
    expect(host.admits('block_archive', from('owner', block('x'.repeat(60_000))))).toBe(true);
    expect(host.admits('block_archive', from('owner', block('x'.repeat(70_000))))).toBe(false);
    expect(call('block_archive', 'owner', block('x'.repeat(70_000)))).toMatchObject({
      err: { code: 'CANDID_MALFORMED', message: expect.stringContaining('65536') },
    });
    expect(host.admits('execute', from('owner', statement('hers', 'x'.repeat(70_000))))).toBe(true);
  });
});

describe('references', () => {
  const PARTS = [
    'hers',
    'his',
    'gone',
    'Hers',
    '',
    '@',
    '1',
    '2',
    '3',
    '03',
    '4',
    '9',
    '1x',
    '-1',
    'ä',
    'x'.repeat(70),
  ];

  it('mean natively what they mean to the catalog', () => {
    deleteArchive(catalog, create(catalog, 'gone', PRINCIPALS.owner.toText()), 7n);
    create(catalog, 'gone', principalOf('bob').toText());
    const random = new Random(20_261_201);
    for (let round = 0; round < 2_000; round++) {
      const reference = Array.from(
        { length: random.below(4) + 1 },
        () => PARTS[random.below(PARTS.length)]!,
      ).join('');
      const who = CALLERS[random.below(CALLERS.length)]!;
      const caller = { principal: PRINCIPALS[who].toText(), isController: () => who === 'controller' };
      let expected = 'let in';
      try {
        authoriseArchive(catalog, caller, 'describe_archive', reference);
      } catch (error) {
        const { code, message } = error as { code: string; message: string };
        if (code === 'NOT_AUTHORISED') expected = message;
      }
      const answer = call('describe_archive', who, plainArguments('describe_archive', reference)) as
        | { err: { code: string; message: string } }
        | undefined;
      expect([reference, who, answer?.err.message ?? 'let in']).toEqual([reference, who, expected]);
    }
  });
});

describe('a call', () => {
  it('of SQL is answered without TypeScript', () => {
    expect(call('execute', 'writer', statement('hers', 'INSERT INTO t VALUES (3)'))).toMatchObject({
      ok: { meta: { rows_written: 1n } },
    });
    expect(call('query', 'reader', statement('hers@1', 'SELECT x FROM t'), false)).toMatchObject({
      ok: { rows: [[{ Integer: 1n }], [{ Integer: 2n }], [{ Integer: 3n }]] },
    });
  });

  it('opens an archive that is closed', () => {
    pool.closeAll();
    expect(call('query', 'owner', statement('hers', 'SELECT count(*) FROM t'))).toMatchObject({
      ok: { rows: [[{ Integer: 2n }]] },
    });
    expect(pool.archives()).toMatchObject([{ memoryId: 120, uses: 1 }]);
  });

  it('keeps to the budgets of the archive', () => {
    changeLimits(catalog, catalog.get('hers'), { budgets: { rows: 1 } });
    expect(call('query', 'owner', statement('hers', 'SELECT x FROM t'))).toMatchObject({
      err: { code: 'BUDGET_EXCEEDED', budget: [{ kind: 'rows', limit: 1n }] },
    });
  });

  it.each([
    ['a deleted archive', () => deleteArchive(catalog, catalog.get('hers'), 7n)],
    ['one that is damaged', () => quarantineArchive(catalog, catalog.get('hers'), 'a test')],
    [
      'one whose writes are blocked',
      () => blockUse(catalog, catalog.get('hers'), 'writes', { reason: 'a test', byController: true }),
    ],
    [
      'one whose reads are blocked',
      () => blockUse(catalog, catalog.get('hers'), 'reads', { reason: 'a test', byController: false }),
    ],
    ['one that somebody reads just now', () => pool.database(120).query('SELECT x FROM t').iterate().next()],
  ])('about %s is left to TypeScript', (_, change) => {
    change();
    expect(call('execute', 'owner', statement('hers@1', 'SELECT 1'))).toBeUndefined();
  });

  it('about an archive that is not there, or does not open, is left to TypeScript for those who may know', () => {
    expect(call('execute', 'controller', statement('none', 'SELECT 1'))).toBeUndefined();
    expect(call('execute', 'controller', statement('his', 'SELECT 1'))).toBeUndefined();
    expect(call('execute', 'owner', statement('none', 'SELECT 1'))).toMatchObject({
      err: { code: 'NOT_AUTHORISED' },
    });
  });

  it('with an argument that is none is refused as malformed', () => {
    const refusal = { err: { code: 'CANDID_MALFORMED' } };
    expect(call('execute', 'signed', new Uint8Array(50))).toMatchObject(refusal);
    expect(call('execute', 'owner', plainArguments('describe_archive', 'hers'))).toMatchObject(refusal);
    expect(call('execute', 'signed', plainArguments('describe_archive', 'hers'))).toMatchObject({
      err: { code: 'NOT_AUTHORISED' },
    });
  });
});

describe('the copy', () => {
  it('says what the catalog says', () => {
    changeLimits(catalog, catalog.get('hers'), {
      sizeLimit: 1_000_000,
      bucketBudget: 7,
      budgets: { instructions: 2 ** 40, dirtyPages: 3 },
    });
    blockUse(catalog, catalog.get('hers'), 'writes', { reason: 'a test', byController: true });
    const { sizeLimit, bucketBudget, ...told } = copyOf(catalog.get('hers'));
    expect([sizeLimit, bucketBudget]).toEqual([1_000_000, 7]);
    expect(host.native.archiveCopy(120)).toEqual(told);
    expect(host.native.archiveCopy(200)).toBeUndefined();
  });

  it('limits the slot', () => {
    changeLimits(catalog, catalog.get('hers'), { sizeLimit: 20_000, bucketBudget: undefined, budgets: {} });
    expect(
      call('execute', 'owner', statement('hers', 'INSERT INTO t VALUES (zeroblob(50000))')),
    ).toMatchObject({
      err: { code: 'SIZE_LIMIT_EXCEEDED' },
    });
  });

  it('knows principals of every length', () => {
    for (let length = 1; length <= 29; length++) {
      const principal = Principal.fromUint8Array(Uint8Array.from({ length }, (_, index) => 255 - index * 3));
      setAccess(catalog, catalog.get('hers'), { writers: [principal.toText()] });
      const message = { argument: statement('hers', 'SELECT 1'), caller: principal.toUint8Array() };
      expect(host.admits('execute', message)).toBe(true);
      const longer = Uint8Array.from([...principal.toUint8Array(), 0]).subarray(0, 29);
      if (length < 29) expect(host.admits('execute', { ...message, caller: longer })).toBe(false);
      expect(host.native.archiveCopy(120)?.writers).toEqual([principal.toText()]);
    }
  });
});

describe('usage', () => {
  it('adds up by archive and for the canister', () => {
    call('execute', 'owner', statement('hers', 'INSERT INTO t VALUES (3), (4)'));
    call('query', 'owner', statement('hers', 'SELECT x FROM t'));
    call('query', 'owner', statement('hers', 'SELECT nothing'));
    call('query', 'signed', statement('hers', 'SELECT 1'));
    const hers = host.native.archiveUsage(120);
    expect(hers).toMatchObject({
      queries: 2,
      updates: 1,
      rowsRead: 4,
      rowsWritten: 2,
      lastWriteAt: 5n,
      errors: [{ code: 'SQLITE_ERROR', times: 1 }],
    });
    expect(host.native.archiveUsage(121)).toMatchObject({ queries: 0, lastWriteAt: undefined, errors: [] });
    expect(host.native.totalUsage()).toMatchObject({
      queries: 3,
      updates: 1,
      rowsRead: 4,
      errors: [
        { code: 'NOT_AUTHORISED', times: 1 },
        { code: 'SQLITE_ERROR', times: 1 },
      ],
    });
  });

  it('counts nothing where the count would be discarded', () => {
    call('query', 'owner', statement('hers', 'SELECT x FROM t'), false);
    expect(host.native.archiveUsage(120).queries).toBe(0);
  });

  it('of an archive that is gone stays in the total', () => {
    call('execute', 'owner', statement('hers', 'INSERT INTO t VALUES (3)'));
    host.native.countRefusal(120, true, 'ARCHIVE_DAMAGED');
    host.native.dropArchiveCopy(120);
    expect(host.native.archiveUsage(120)).toMatchObject({ updates: 0, errors: [] });
    expect(host.native.totalUsage()).toMatchObject({
      updates: 2,
      rowsWritten: 1,
      errors: [{ code: 'ARCHIVE_DAMAGED', times: 1 }],
    });
  });
});
