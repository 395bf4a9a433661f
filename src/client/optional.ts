/** A value as Candid's opt has it. */
export function optional<T>(value: T | undefined): [] | [T] {
  return value === undefined ? [] : [value];
}
