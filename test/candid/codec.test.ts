import { deepStrictEqual } from 'node:assert';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodecHost } from './codec-host';
import { evolve, messages } from './random-types';

// CANDID_TYPES=20000 draws as many as the project promises to agree on.
const TYPES = Number(process.env.CANDID_TYPES ?? 1_200);

const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex');
const didl = (text: string) =>
  Uint8Array.from([...Buffer.from('DIDL'), ...Buffer.from(text.replaceAll(' ', ''), 'hex')]);

describe(`${TYPES} messages of random types`, () => {
  it('are written and read as @dfinity/candid does', { timeout: 1_800_000 }, async () => {
    const codec = await CodecHost.start();
    const before = codec.host.liveResources();
    fc.assert(
      fc.property(messages, ({ types, values }) => {
        const plan = codec.plan(types);
        const expected = IDL.encode([...types], [...values]);
        expect(hex(codec.native.candidEncode(plan, values))).toBe(hex(expected));
        // Vitest takes a field `constructor` for the value's class.
        deepStrictEqual(codec.native.candidDecode(plan, expected), IDL.decode([...types], expected));
      }),
      { numRuns: TYPES },
    );
    expect(codec.host.liveResources().blocks).toBe(before.blocks);
  });

  it('are read at the types of another version as @dfinity/candid does', { timeout: 1_800_000 }, async () => {
    const codec = await CodecHost.start();
    fc.assert(
      fc.property(messages, ({ types, values }) => {
        const bytes = IDL.encode([...types], [...values]);
        const later = types.map((type) => evolve(type));
        deepStrictEqual(codec.decode(later, bytes), IDL.decode([...later], bytes));
      }),
      { numRuns: TYPES },
    );
  });

  it('are refused or read, and nothing else, when bytes of them change', { timeout: 1_800_000 }, async () => {
    const codec = await CodecHost.start();
    const before = codec.host.liveResources();
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(messages, changes, ({ types, values }, changed) => {
        const bytes = IDL.encode([...types], [...values]);
        for (const [at, byte] of changed) bytes[at % bytes.length] = byte;
        const decoded = codec.decode(types, bytes);
        if (typeof decoded === 'string') expect(decoded).toMatch(/\(at byte \d+\)$/);
        else expect(decoded).toHaveLength(types.length);
        expect(codec.host.trapped).toBe(false);
      }),
      { numRuns: TYPES },
    );
    expect(codec.host.liveResources().blocks).toBe(before.blocks);
  });
});

describe('what is refused', () => {
  const Person = IDL.Record({ id: IDL.Nat, name: IDL.Text });
  const refusals: readonly (readonly [string, readonly IDL.Type[], Uint8Array, string])[] = [
    [
      'bytes that are no message',
      [IDL.Text],
      new Uint8Array(0),
      'the arguments are not Candid: the message ends too early (at byte 0)',
    ],
    [
      'another type',
      [IDL.Text],
      didl('00 01 7d 05'),
      'argument 1 is not of type text: a value of another type stands there (at byte 7)',
    ],
    [
      'a field that is missing',
      [IDL.Bool, Person],
      didl('01 6c 01 db b7 01 7d 02 7e 00 01 05'),
      'argument 2 is not of type record { id : nat; name : text }: a field is missing, name (at byte 16)',
    ],
    [
      'an argument that is missing',
      [IDL.Text, IDL.Nat],
      didl('00 01 71 00'),
      'argument 2 is not of type nat: it is missing (at byte 8)',
    ],
    [
      'bytes behind the last value',
      [IDL.Text],
      didl('00 01 71 00 00'),
      'the arguments are not Candid: bytes follow the last argument (at byte 8)',
    ],
    [
      'a text that is not UTF-8',
      [IDL.Text],
      didl('00 01 71 01 ff'),
      'argument 1 is not of type text: a text is not UTF-8 (at byte 7)',
    ],
  ];

  it.each(refusals)('%s', async (_, types, bytes, reason) => {
    const codec = await CodecHost.start();
    expect(codec.decode(types, bytes)).toBe(reason);
  });

  it('a type that is deep or long, in few words', async () => {
    const codec = await CodecHost.start();
    const tree = IDL.Rec();
    tree.fill(IDL.Variant({ leaf: IDL.Null, fork: IDL.Record({ left: tree, right: tree }) }));
    const wide = IDL.Record(
      Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`field_${index}`, IDL.Nat])),
    );
    for (const type of [tree, wide, IDL.Vec(IDL.Nat8), IDL.Tuple(IDL.Text, IDL.Func([], []))]) {
      const refusal = codec.decode([type], didl('00 01 7e 00')) as string;
      expect(refusal.length).toBeLessThan(1_000);
      expect(refusal).toMatch(/^argument 1 is not of type (variant|record|blob) ?/);
    }
  });
});

describe('what is left to @dfinity/candid', () => {
  const Person = IDL.Record({ id: IDL.Nat, name: IDL.Text });
  const left: readonly (readonly [string, IDL.Type, unknown])[] = [
    ['a value of another type', IDL.Text, 5],
    ['a field that is missing', Person, { id: 5n }],
    [
      'a field behind a getter',
      Person,
      {
        id: 5n,
        get name() {
          return 'x';
        },
      },
    ],
    ['a field of the prototype', Person, Object.create({ id: 5n, name: 'x' })],
    ['a number that has no place in the type', IDL.Nat8, 256],
    ['a negative nat', IDL.Nat, -1n],
    ['a fraction', IDL.Int, 1.5],
    ['an integer far beyond 64 bits that is a number', IDL.Nat, 1e300],
    ['two cases at once', IDL.Variant({ a: IDL.Null, b: IDL.Null }), { a: null, b: null }],
    ['a case that there is not', IDL.Variant({ a: IDL.Null }), { b: null }],
    ['an opt of two', IDL.Opt(IDL.Nat), [1n, 2n]],
    ['bigints for a blob', IDL.Vec(IDL.Nat8), [1n]],
    ['a typed array of the wrong width', IDL.Vec(IDL.Nat16), new Uint8Array(2)],
    ['a typed array of numbers for floats', IDL.Vec(IDL.Float64), new Float64Array(2)],
    ['a number for a principal', IDL.Principal, 5],
    ['undefined', IDL.Null, undefined],
  ];

  it.each(left)('%s', async (_, type, value) => {
    const codec = await CodecHost.start();
    const plan = codec.plan([type]);
    const before = codec.host.liveResources();
    expect(codec.native.candidEncode(plan, [value])).toBeUndefined();
    expect(codec.host.liveResources()).toEqual(before);
  });

  it('and more or fewer values than types', async () => {
    const codec = await CodecHost.start();
    expect(codec.encode([], ['one'])).toBeUndefined();
    expect(codec.encode([IDL.Text], [])).toBeUndefined();
  });
});

describe('values that JavaScript may have in several forms', () => {
  const forms: readonly (readonly [string, IDL.Type, unknown])[] = [
    ['numbers for nat', IDL.Nat, 2 ** 53],
    ['numbers for int', IDL.Int, -5],
    ['minus zero', IDL.Int, -0],
    ['bigints for nat16', IDL.Nat16, 513n],
    ['numbers for int64', IDL.Int64, -1],
    ['arrays of numbers for a blob', IDL.Vec(IDL.Nat8), [1, 2, 255]],
    ['another typed array of the same width', IDL.Vec(IDL.Nat8), Int8Array.of(-1, 1)],
    ['arrays of bigints for nat64', IDL.Vec(IDL.Nat64), [1n, 2n]],
    ['more fields than the record has', IDL.Record({ a: IDL.Nat }), { a: 1n, b: 2n }],
    ['more components than the tuple has', IDL.Tuple(IDL.Nat), [1n, 2n]],
    ['a lone surrogate', IDL.Text, 'a\ud800b'],
    ['anything for reserved', IDL.Reserved, { any: 'thing' }],
    ['the part of a buffer', IDL.Vec(IDL.Nat16), new Uint16Array(Uint16Array.of(1, 2, 3, 4).buffer, 2, 2)],
    ['nothing but a principal for a service', IDL.Service({}), Principal.anonymous()],
  ];

  it.each(forms)('%s', async (_, type, value) => {
    const codec = await CodecHost.start();
    expect(hex(codec.encode([type], [value]))).toBe(hex(IDL.encode([type], [value])));
  });
});

describe('plans', () => {
  it('go when nothing holds them', async () => {
    const codec = await CodecHost.start();
    const before = codec.host.liveResources();
    codec.plan([IDL.Record({ some: IDL.Text, thing: IDL.Vec(IDL.Variant({ a: IDL.Null })) })]);
    expect(codec.host.liveResources().atoms).toBeGreaterThan(before.atoms);
    for (let round = 0; round < 50 && codec.host.liveResources().atoms > before.atoms; round++) {
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    if (globalThis.gc) expect(codec.host.liveResources().atoms).toBe(before.atoms);
  });

  it('are not made of types that no message can have', async () => {
    const codec = await CodecHost.start();
    const empty = IDL.Rec();
    expect(() => codec.plan([empty])).toThrow('a recursive type is not filled');
    const alias = IDL.Rec();
    alias.fill(IDL.Nat);
    expect(() => codec.plan([alias])).toThrow('a recursive type is filled with none that has parts');
    class Shout extends IDL.TextClass {}
    expect(() => codec.plan([new Shout()])).toThrow("Shout is no type of this bundle's IDL");
    expect(() => codec.plan([IDL.Unknown])).toThrow('UnknownClass is no type');
  });

  it('are not made of words that describe none', async () => {
    const { native } = await CodecHost.start();
    for (const words of [
      [],
      [1],
      [1, 0],
      [1, 0, 1],
      [1, 1, 1, -1],
      [1, 0, 1, -18],
      [1, 0, 1, -18, 7],
      [0, 1, -20, 9, 0, 0],
      [0, 1, -26],
    ]) {
      expect(native.candidPlan(Int32Array.from(words), [])).toBeUndefined();
    }
    expect(() => native.candidPlan('words' as never, [])).toThrow(TypeError);
    expect(() => native.candidDecode({} as never, new Uint8Array(0))).toThrow(TypeError);
  });
});
