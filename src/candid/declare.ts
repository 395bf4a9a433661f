import type { Requirement, Role } from './access';
import type { CandidPrincipal } from './principal';

/*
 * The language in which this room declares what crosses the canister's boundary. A type, a record or a method stands in
 * one value, and everything else follows from that value:
 *
 *   export const CandidLabel = record('Label', 'A label; an empty value makes the key a tag.', {
 *     key: text,
 *     value: text,
 *   });
 *   export type CandidLabel = ValueOf<typeof CandidLabel>;            // { key: string; value: string }
 *
 *   set_archive_labels: update('Replaces all labels.', {
 *     takes: [argument('archive', text), argument('labels', vec(CandidLabel))],
 *     answers: CandidArchive,
 *     roles: CONTROLLERS, archive: 'named', audited: true,
 *   }),
 *
 * idl.ts makes the types of Candid's JavaScript library of it, did.ts the text of the .did file, canister/register.ts the
 * canister's methods, catalog/access the decision who may call them, and src/reference the documents.
 *
 * The sentences are for people: the link leaves them out of a canister's module (src/link/host/bundle-child.ts), by the
 * full stop at their end. So a sentence ends with a full stop, and no other text in this room does.
 */

/** Candid's primitive types that are in use, by their names in Candid and in `IDL`. */
export const PRIMITIVES = {
  null: 'Null',
  bool: 'Bool',
  text: 'Text',
  principal: 'Principal',
  nat: 'Nat',
  nat8: 'Nat8',
  nat16: 'Nat16',
  nat32: 'Nat32',
  nat64: 'Nat64',
  int64: 'Int64',
  float64: 'Float64',
} as const;

type PrimitiveName = keyof typeof PRIMITIVES;

/** How a type is made up. Each has an identity, so that what follows from it is made once. */
type Shape =
  | { readonly kind: 'primitive'; readonly name: PrimitiveName }
  | { readonly kind: 'opt' | 'vec'; readonly inner: CandidType }
  | { readonly kind: 'tuple'; readonly parts: readonly CandidType[] }
  | {
      readonly kind: 'record' | 'variant';
      readonly name: string;
      readonly says: string;
      readonly fields: Fields;
    };

declare const VALUE: unique symbol;

/** A Candid type whose values are of the TypeScript type `Value`. */
export type CandidType<Value = unknown> = Shape & { readonly [VALUE]?: () => Value };

/** A record's or a variant's field with a sentence about it. */
export interface Field<Value = unknown> {
  readonly type: CandidType<Value>;
  readonly says: string;
}

type Fields = { readonly [name: string]: CandidType | Field };

/** The TypeScript type of a declared type's values. */
export type ValueOf<Declared> = Declared extends { readonly [VALUE]?: () => infer Value }
  ? Value
  : Declared extends Field<infer Value>
    ? Value
    : never;

/** Agents decode a vector of 64-bit numbers as a typed array. */
type VectorOf<Value> = [Value] extends [bigint] ? Value[] | BigUint64Array : Value[];

function primitive<Value>(name: PrimitiveName): CandidType<Value> {
  return { kind: 'primitive', name };
}

export const bool = primitive<boolean>('bool');
export const text = primitive<string>('text');
export const principal = primitive<CandidPrincipal>('principal');
export const nat = primitive<bigint>('nat');
export const nat8 = primitive<number>('nat8');
export const nat16 = primitive<number>('nat16');
export const nat32 = primitive<number>('nat32');
export const nat64 = primitive<bigint>('nat64');
export const int64 = primitive<bigint>('int64');
export const float64 = primitive<number>('float64');
/** The case of a variant that says everything by its name, and the answer of a method that has nothing to tell. */
export const nothing = primitive<null>('null');

/** Bytes. */
export const blob: CandidType<Uint8Array | number[]> = { kind: 'vec', inner: nat8 };

/** What may be absent. */
export function opt<Value>(inner: CandidType<Value>): CandidType<[] | [Value]> {
  return { kind: 'opt', inner };
}

export function vec<Value>(inner: CandidType<Value>): CandidType<VectorOf<Value>> {
  return { kind: 'vec', inner };
}

export function tuple<First, Second>(
  first: CandidType<First>,
  second: CandidType<Second>,
): CandidType<[First, Second]> {
  return { kind: 'tuple', parts: [first, second] };
}

/** A field that its name does not explain: a unit, a bound, what absence means. */
export function field<Value>(type: CandidType<Value>, says: string): Field<Value> {
  return { type, says };
}

// What record and variant return is written out, and not as types with names, so that editors show the values' fields.

export function record<const Declared extends Fields>(
  name: string,
  says: string,
  fields: Declared,
): CandidType<{ -readonly [Name in keyof Declared]: ValueOf<Declared[Name]> }> {
  return { kind: 'record', name, says, fields };
}

/** A value is an object with one field: the case that it is. */
export function variant<const Declared extends Fields>(
  name: string,
  says: string,
  fields: Declared,
): CandidType<
  { [Name in keyof Declared]: { -readonly [Case in Name]: ValueOf<Declared[Name]> } }[keyof Declared]
> {
  return { kind: 'variant', name, says, fields };
}

/**
 * What is to change of a record: every field may be left out, and then it stays as it is. What may be absent in the record
 * itself is optional twice here: `[]` leaves it, `[[]]` makes it absent. So a caller who does not know a field never
 * resets it, two who change different fields lose nothing, and a full record of an older client is a change that names
 * all it knows (Candid reads `t` and `opt t` as `opt t` and `opt opt t`).
 *
 * @param parts fields that are records of settings themselves, by what is to change of them
 */
export function changeOf<Value, const Parts extends { readonly [Name in keyof Value]?: CandidType }>(
  name: string,
  says: string,
  whole: CandidType<Value>,
  parts: Parts,
): CandidType<{
  [Name in keyof Value]: [] | [Name extends keyof Parts ? ValueOf<Parts[Name]> : Value[Name]];
}> {
  if (whole.kind !== 'record') {
    throw new TypeError(`${name} changes what is no record`);
  }
  const fields: Record<string, CandidType | Field> = {};
  for (const [label, declared] of Object.entries(whole.fields)) {
    const part: CandidType | undefined = parts[label as keyof Value];
    const type = opt(part ?? typeOfField(declared));
    fields[label] = 'type' in declared ? field(type, declared.says) : type;
  }
  return { kind: 'record', name, says, fields };
}

/** The type of a field, with a sentence about it or without. */
export function typeOfField(declared: CandidType | Field): CandidType {
  return 'type' in declared ? declared.type : declared;
}

/** An argument of a method. Candid knows it by its place; the name is for people. */
export interface Argument<Value = unknown> {
  readonly name: string;
  readonly type: CandidType<Value>;
}

export function argument<Value>(name: string, type: CandidType<Value>): Argument<Value> {
  return { name, type };
}

/** What most methods begin with: the archive that they are about, as `id` or `id@generation`. */
export const archiveArgument = argument('archive', text);

/** Bytes that an argument may have where a method says nothing else: many times what it can make use of. */
export const USUAL_ARGUMENT_LIMIT = 65_536;

/** The largest argument that the IC carries: between canisters of one subnet. An ingress message brings 2 MiB at most. */
export const MESSAGE_LIMIT = 10_485_760;

/** What a method is, but for its kind, its sentence and its reply. */
interface MethodRule {
  readonly takes: readonly Argument[];
  /** Who may call it, asked in this order: what is cheap to find out or most often true comes first. */
  readonly roles: readonly Role[];
  /** What the archive must be like; absent for a method that is about no single archive. */
  readonly archive?: Requirement;
  /** The same for operators and controllers, where less is asked of them. */
  readonly archiveForOverseers?: Requirement;
  /** Who called it when goes into the audit log. */
  readonly audited?: true;
  /** Native code decodes its argument and replies: Candid in interpreted JavaScript costs millions of instructions. */
  readonly native?: true;
  /** Most bytes that its argument may have, where {@link USUAL_ARGUMENT_LIMIT} is too few. */
  readonly argumentLimit?: number;
}

/**
 * `answers` is what comes when the call is not refused: the reply is this or a failure. `replies` is the reply as it is,
 * for a method that a protocol of others prescribes.
 */
type MethodDetails = MethodRule &
  (
    | { readonly answers: CandidType; readonly replies?: undefined }
    | { readonly replies: CandidType; readonly answers?: undefined }
  );

/** A method of the canister. */
export type Method = MethodDetails & {
  /** A query changes nothing and is answered by one node; the effects of an update last. */
  readonly kind: 'query' | 'update';
  readonly says: string;
};

/** A method that changes nothing: answered by one node, without consensus. */
export function query<const Details extends MethodDetails>(
  says: string,
  details: Details,
): { readonly kind: 'query'; readonly says: string } & Details {
  return { kind: 'query', says, ...details };
}

/** A method whose effects last. */
export function update<const Details extends MethodDetails>(
  says: string,
  details: Details,
): { readonly kind: 'update'; readonly says: string } & Details {
  return { kind: 'update', says, ...details };
}

/** Methods that belong together. */
export interface Room<Methods extends Record<string, Method> = Record<string, Method>> {
  readonly title: string;
  readonly says: string;
  readonly methods: Methods;
}

export function room<const Methods extends Record<string, Method>>(
  title: string,
  says: string,
  methods: Methods,
): Room<Methods> {
  return { title, says, methods };
}

type ValuesOf<Takes extends readonly Argument[]> = {
  -readonly [Position in keyof Takes]: Takes[Position] extends Argument<infer Value> ? Value : never;
};

/** What a method's implementation is called with. */
export type ArgumentsOf<Declared extends Method> = ValuesOf<Declared['takes']>;

/** What an implementation returns: `ok` of the reply, or the reply itself. */
export type AnswerOf<Declared extends Method> = Declared extends { readonly answers: CandidType }
  ? ValueOf<Declared['answers']>
  : Declared extends { readonly replies: CandidType }
    ? ValueOf<Declared['replies']>
    : never;
