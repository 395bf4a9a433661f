import type { CandidParameter, CandidValue } from '../candid';

/** A SQL value as an application sees it. Integers outside ±(2^53 - 1) are `bigint`, the others `number`. */
export type ClientValue = null | number | bigint | string | Uint8Array;

/** A value that can be sent; a boolean as 0 or 1. */
export type SentValue = ClientValue | boolean;

/** Values by the names of their parameters. */
export type NamedValues = Readonly<Record<string, SentValue>>;

/** What can be sent for parameters: a value for the next one, a list of values for the next ones, or values by name. */
export type ClientParameter = SentValue | readonly SentValue[] | NamedValues;

/** The parameters of a statement: in order, or by name. */
export type ClientParameters = readonly ClientParameter[] | NamedValues;

const ACCEPTED = 'null, a number, bigint, boolean, string or Uint8Array';

/**
 * @throws {TypeError} for what is no value, naming the parameter
 * @throws {RangeError} for an integer of more than 64 bits, naming the parameter
 */
export function toCandidParameters(parameters: ClientParameters): CandidParameter[] {
  if (holdsNames(parameters)) return toNamed(parameters);
  if (!Array.isArray(parameters)) {
    throw new TypeError('Expected parameters to be an array of values, or an object of values by name');
  }
  const sent: CandidParameter[] = [];
  for (const parameter of parameters.flat() as readonly (SentValue | NamedValues)[]) {
    if (holdsNames(parameter)) sent.push(...toNamed(parameter));
    else sent.push(toCandidValue(parameter, String(sent.length + 1)));
  }
  return sent;
}

function toNamed(values: NamedValues): CandidParameter[] {
  return Object.entries(values).map(([name, value]) => ({
    Named: { name, value: toCandidValue(value, `"${name}"`) },
  }));
}

/** Plain objects do, of whichever realm; a `Date` or a `Map` is a mistake. */
function holdsNames(parameter: unknown): parameter is NamedValues {
  if (typeof parameter !== 'object' || parameter === null || Array.isArray(parameter)) return false;
  const prototype: unknown = Object.getPrototypeOf(parameter);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** A safe integer travels as INTEGER, any other number as REAL. */
function toCandidValue(value: SentValue, parameter: string): CandidValue {
  if (value === null) {
    return { Null: null };
  }
  switch (typeof value) {
    case 'string':
      return { Text: value };
    case 'bigint':
      return { Integer: signed64(value, parameter) };
    case 'boolean':
      return { Integer: value ? 1n : 0n };
    case 'number':
      return Number.isSafeInteger(value) && !Object.is(value, -0)
        ? { Integer: BigInt(value) }
        : { Real: value };
    default:
      if (value instanceof Uint8Array) {
        return { Blob: value };
      }
      throw new TypeError(`parameter ${parameter} is ${kindOf(value)}: pass ${ACCEPTED}`);
  }
}

function signed64(value: bigint, parameter: string): bigint {
  if (BigInt.asIntN(64, value) === value) return value;
  throw new RangeError(`parameter ${parameter} is ${value}: an integer of SQLite has at most 64 bits`);
}

/** `undefined`, `function`, or the class of an object. */
function kindOf(value: unknown): string {
  return typeof value === 'object'
    ? Object.prototype.toString.call(value).slice('[object '.length, -1)
    : typeof value;
}

export function fromCandidValue(value: CandidValue): ClientValue {
  if ('Integer' in value) {
    const small = Number(value.Integer);
    return Number.isSafeInteger(small) ? small : value.Integer;
  }
  if ('Text' in value) {
    return value.Text;
  }
  if ('Real' in value) {
    return value.Real;
  }
  if ('Blob' in value) {
    return value.Blob instanceof Uint8Array ? value.Blob : Uint8Array.from(value.Blob);
  }
  return null;
}
