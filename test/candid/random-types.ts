import { type GenericIdlFuncRets, IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import fc from 'fast-check';

/** A Candid type with a way to draw its values. */
export interface TypeWithValues {
  readonly type: IDL.Type;
  readonly values: fc.Arbitrary<unknown>;
}

/** A list of types with one value for each. */
export interface Message {
  readonly types: readonly IDL.Type[];
  readonly values: readonly unknown[];
}

const principal = fc.uint8Array({ maxLength: 29 }).map((bytes) => Principal.fromUint8Array(bytes));
/** Integers around the places where LEB128, 64 bits and limbs of 32 bits end. */
const integer = fc.oneof(
  fc.bigInt({ min: -200n, max: 200n }),
  fc
    .tuple(fc.integer({ min: 0, max: 300 }), fc.bigInt({ min: -2n, max: 2n }))
    .map(([bits, more]) => (1n << BigInt(bits)) + more),
  fc
    .tuple(fc.integer({ min: 0, max: 300 }), fc.bigInt({ min: -2n, max: 2n }))
    .map(([bits, more]) => -(1n << BigInt(bits)) + more),
  fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
);
const natural = integer.map((value) => (value < 0n ? -value : value));
const text = fc
  .string({ unit: 'binary', maxLength: 12 })
  .map((value) => value.replace(/^\uFEFF+/, '').toWellFormed());
const float32 = fc.float().map((value) => Math.fround(value));

const fixed = (bits: number, signed: boolean) => {
  const least = signed ? -(2n ** BigInt(bits - 1)) : 0n;
  const most = least + 2n ** BigInt(bits) - 1n;
  const values = fc.bigInt({ min: least, max: most });
  return bits > 32 ? values : values.map(Number);
};

const PRIMITIVES: readonly TypeWithValues[] = [
  { type: IDL.Null, values: fc.constant(null) },
  { type: IDL.Bool, values: fc.boolean() },
  { type: IDL.Nat, values: natural },
  { type: IDL.Int, values: integer },
  { type: IDL.Nat8, values: fixed(8, false) },
  { type: IDL.Nat16, values: fixed(16, false) },
  { type: IDL.Nat32, values: fixed(32, false) },
  { type: IDL.Nat64, values: fixed(64, false) },
  { type: IDL.Int8, values: fixed(8, true) },
  { type: IDL.Int16, values: fixed(16, true) },
  { type: IDL.Int32, values: fixed(32, true) },
  { type: IDL.Int64, values: fixed(64, true) },
  { type: IDL.Float32, values: float32 },
  { type: IDL.Float64, values: fc.double() },
  { type: IDL.Text, values: text },
  { type: IDL.Reserved, values: fc.constant(null) },
  { type: IDL.Principal, values: principal },
];

const TYPED_ARRAYS: ReadonlyMap<IDL.Type, (values: never[]) => unknown> = new Map<
  IDL.Type,
  (values: never[]) => unknown
>([
  [IDL.Nat8, (values) => Uint8Array.from(values)],
  [IDL.Nat16, (values) => Uint16Array.from(values)],
  [IDL.Nat32, (values) => Uint32Array.from(values)],
  [IDL.Nat64, (values) => BigUint64Array.from(values)],
  [IDL.Int8, (values) => Int8Array.from(values)],
  [IDL.Int16, (values) => Int16Array.from(values)],
  [IDL.Int32, (values) => Int32Array.from(values)],
  [IDL.Int64, (values) => BigInt64Array.from(values)],
]);

const label = fc.oneof(
  fc.constantFrom(
    'a',
    'name',
    'ok',
    'err',
    'häuser',
    '☃',
    '_5_',
    '_0x1f_',
    '5',
    'constructor',
    'toString',
    'length',
    '_x_',
  ),
  fc
    .string({ minLength: 1, maxLength: 6 })
    .filter((value) => value !== '__proto__' && value !== 'hasOwnProperty'),
);

/** Labels with different ids. */
const labels = (least: number, most: number) =>
  fc.uniqueArray(label, {
    minLength: least,
    maxLength: most,
    selector: (value) =>
      IDL.Record({ [value]: IDL.Null }).fieldsAsObject &&
      Object.keys(IDL.Record({ [value]: IDL.Null }).fieldsAsObject)[0],
  });

function vec({ type, values }: TypeWithValues): TypeWithValues {
  const elements = fc.array(values, { maxLength: 5 });
  const toArray = TYPED_ARRAYS.get(type);
  return {
    type: IDL.Vec(type),
    values: toArray ? elements.map((list) => toArray(list as never[])) : elements,
  };
}

function opt({ type, values }: TypeWithValues): TypeWithValues {
  return { type: IDL.Opt(type), values: fc.array(values, { maxLength: 1 }) };
}

function record(names: readonly string[], parts: readonly TypeWithValues[]): TypeWithValues {
  const entries = names.map((name, index) => [name, parts[index]!] as const);
  return {
    type: IDL.Record(Object.fromEntries(entries.map(([name, { type }]) => [name, type]))),
    values: fc.record(Object.fromEntries(entries.map(([name, { values }]) => [name, values])), {
      noNullPrototype: true,
    }),
  };
}

function tuple(parts: readonly TypeWithValues[]): TypeWithValues {
  return {
    type: IDL.Tuple(...parts.map(({ type }) => type)),
    values: fc.tuple(...parts.map(({ values }) => values)),
  };
}

function variant(names: readonly string[], parts: readonly TypeWithValues[]): TypeWithValues {
  return {
    type: IDL.Variant(Object.fromEntries(names.map((name, index) => [name, parts[index]!.type]))),
    values: fc.oneof(...names.map((name, index) => parts[index]!.values.map((value) => ({ [name]: value })))),
  };
}

/** A list, or a tree, of the elements. */
function recursive({ type, values }: TypeWithValues, isTree: boolean): TypeWithValues {
  const self = IDL.Rec();
  if (isTree) {
    self.fill(IDL.Variant({ leaf: type, fork: IDL.Tuple(self, self) }));
    const trees = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        values.map((leaf) => ({ leaf })),
        fc.tuple(tie('tree'), tie('tree')).map((fork) => ({ fork })),
      ),
    }));
    return { type: self, values: trees.tree };
  }
  self.fill(IDL.Opt(IDL.Record({ head: type, tail: self })));
  const list = fc.array(values, { maxLength: 4 });
  return {
    type: self,
    values: list.map((heads) => heads.reduceRight<unknown[]>((tail, head) => [{ head, tail }], [])),
  };
}

function reference(
  parts: readonly TypeWithValues[],
  annotation: string | undefined,
  isService: boolean,
): TypeWithValues {
  const [argument, ...results] = parts.map(({ type }) => type);
  const func = IDL.Func(
    argument ? [argument] : [],
    results as GenericIdlFuncRets,
    annotation ? [annotation] : [],
  );
  if (isService) return { type: IDL.Service({ method: func, other: IDL.Func([], []) }), values: principal };
  return { type: func, values: fc.tuple(principal, text) };
}

const { types: typeWithValues } = fc.letrec<{ types: TypeWithValues }>((tie) => {
  const part = tie('types');
  const parts = fc.array(part, { minLength: 1, maxLength: 3 });
  const named = (least: number) =>
    labels(least, 4).chain((names) => fc.tuple(fc.constant(names), fc.tuple(...names.map(() => part))));
  return {
    types: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      { weight: 3, arbitrary: fc.constantFrom(...PRIMITIVES) },
      { weight: 2, arbitrary: part.map(vec) },
      { weight: 2, arbitrary: part.map(opt) },
      { weight: 2, arbitrary: named(0).map(([names, of]) => record(names, of)) },
      { weight: 1, arbitrary: fc.array(part, { maxLength: 3 }).map(tuple) },
      { weight: 2, arbitrary: named(1).map(([names, of]) => variant(names, of)) },
      { weight: 1, arbitrary: fc.tuple(part, fc.boolean()).map(([of, isTree]) => recursive(of, isTree)) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(parts, fc.constantFrom(undefined, 'query', 'oneway', 'composite_query'), fc.boolean())
          .map(([of, annotation, isService]) => reference(of, annotation, isService)),
      },
    ),
  };
});

/** Up to three types, and for each a value. */
export const messages: fc.Arbitrary<Message> = fc
  .array(typeWithValues, { maxLength: 3 })
  .chain((parts) =>
    fc
      .tuple(...parts.map(({ values }) => values))
      .map((values) => ({ types: parts.map(({ type }) => type), values })),
  );

/** What a later or an earlier version of an interface may have in a type's place: values of the type decode at it. */
export function evolve(type: IDL.Type, seen = new Map<IDL.Type, IDL.Type>()): IDL.Type {
  const known = seen.get(type);
  if (known !== undefined) return known;
  const inner = (of: IDL.Type) => evolve(of, seen);
  if (type instanceof IDL.RecClass) {
    const evolved = IDL.Rec();
    seen.set(type, evolved);
    evolved.fill(inner(type.getType() as IDL.Type));
    return evolved;
  }
  if (type instanceof IDL.OptClass) return IDL.Opt(inner((type as unknown as { _type: IDL.Type })._type));
  if (type instanceof IDL.VecClass) {
    const element = (type as unknown as { _type: IDL.Type })._type;
    return IDL.Vec(TYPED_ARRAYS.has(element) ? element : inner(element));
  }
  if (type instanceof IDL.TupleClass) {
    const [first] = (type as unknown as { _components: IDL.Type[] })._components;
    return first === undefined ? type : IDL.Tuple(inner(first));
  }
  if (type instanceof IDL.RecordClass) {
    const kept = type._fields.filter((_, index) => index % 3 !== 1).map(([name, of]) => [name, inner(of)]);
    return IDL.Record({ ...Object.fromEntries(kept), added: IDL.Opt(IDL.Nat), later: IDL.Reserved });
  }
  if (type instanceof IDL.VariantClass) {
    const cases = type._fields.map(([name, of]) => [name, inner(of)]);
    return IDL.Variant({ added: IDL.Text, ...Object.fromEntries(cases) });
  }
  if (type === IDL.Text) return IDL.Opt(IDL.Text);
  if (type === IDL.Nat8) return IDL.Reserved;
  return type === IDL.Bool ? IDL.Opt(IDL.Nat) : type;
}
