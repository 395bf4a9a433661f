import type { CandidValue } from '../candid';

/** A SQL value as an application sees it. Integers outside ±(2^53 - 1) are `bigint`, the others `number`. */
export type ClientValue = null | number | bigint | string | Uint8Array;

/** What can be sent as a parameter; a boolean as 0 or 1. */
export type ClientParameter = ClientValue | boolean;

/**
 * A safe integer travels as INTEGER, any other number as REAL.
 *
 * @throws {TypeError} for `undefined` and other kinds, naming the parameter.
 */
export function toCandidValue(value: ClientParameter, position: number): CandidValue {
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
        `parameter ${position} is ${typeof value}: pass null, a number, bigint, boolean, string or Uint8Array`,
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
