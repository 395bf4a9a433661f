import type { CandidParameter, CandidValue } from '../candid';

/** A SQL value as an application sees it. Integers outside ±(2^53 - 1) are `bigint`, the others `number`. */
export type ClientValue = null | number | bigint | string | Uint8Array;

/** A value that can be sent; a boolean as 0 or 1. */
export type SentValue = ClientValue | boolean;

/** What can be sent for parameters: a value for the next one, or an object of values by name. */
export type ClientParameter = SentValue | Readonly<Record<string, SentValue>>;

/** @throws {TypeError} for `undefined` and other kinds, naming the parameter. */
export function toCandidParameters(parameters: readonly ClientParameter[]): CandidParameter[] {
  return parameters.flatMap((parameter, index): CandidParameter[] => {
    if (!holdsNames(parameter)) {
      return [toCandidValue(parameter, String(index + 1))];
    }
    return Object.entries(parameter).map(([name, value]) => ({
      Named: { name, value: toCandidValue(value, `"${name}"`) },
    }));
  });
}

function holdsNames(parameter: ClientParameter): parameter is Readonly<Record<string, SentValue>> {
  return typeof parameter === 'object' && parameter !== null && !ArrayBuffer.isView(parameter);
}

/**
 * A safe integer travels as INTEGER, any other number as REAL.
 *
 * @throws {TypeError} for `undefined` and other kinds, naming the parameter.
 */
function toCandidValue(value: SentValue, parameter: string): CandidValue {
  if (value === null) {
    return { Null: null };
  }
  switch (typeof value) {
    case 'string':
      return { Text: value };
    case 'bigint':
      return { Integer: value };
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
      throw new TypeError(
        `parameter ${parameter} is ${typeof value}: pass null, a number, bigint, boolean, string or Uint8Array`,
      );
  }
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
