/** A value as Candid's opt has it. */
export function optional<T>(value: T | undefined): [] | [T] {
  return value === undefined ? [] : [value];
}

/** A number as Candid's `opt nat` or `opt nat64` has it. */
export function optionalNat(value: number | undefined): [] | [bigint] {
  return value === undefined ? [] : [BigInt(value)];
}
