/** A number as Candid's `opt nat` or `opt nat64` has it. */
export function optionalNat(value: number | undefined): [] | [bigint] {
  return value === undefined ? [] : [BigInt(value)];
}
