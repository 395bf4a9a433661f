import { CanisterError } from './error';

const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

/**
 * A whole number of an argument, within its bounds.
 *
 * @throws {CanisterError} INVALID_ARGUMENT
 */
export function wholeNumber(
  name: string,
  value: number | bigint,
  low: number,
  high = Number.MAX_SAFE_INTEGER,
): number {
  if (value < low || value > high) {
    throw new CanisterError('INVALID_ARGUMENT', `${name} must be from ${low} to ${high}, not ${value}`);
  }
  return Number(value);
}

/** More pages than any slot has: a step goes on until it has taken the instructions that it may (step-end.ts). */
export const WHOLE_STEP = 2 ** 31 - 1;

/**
 * Pages that a call may work on.
 *
 * @throws {CanisterError} INVALID_ARGUMENT for none, with which a caller would never get done
 */
export function pageCount(value: number): number {
  return Math.min(wholeNumber('page_budget', value, 1), WHOLE_STEP);
}

/** A time as Candid has it: nanoseconds since 1970. */
export function nanoseconds(milliseconds: number): bigint {
  return BigInt(milliseconds) * NANOSECONDS_PER_MILLISECOND;
}
