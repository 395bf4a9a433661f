/** Throws `TypeError` unless `options` is an object with no other keys than the known ones. */
export function requireOptions(options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError('Expected options to be an object');
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const names = known.map((name) => `"${name}"`).join(', ');
    throw new TypeError(`Unknown option "${unknown}"; there are ${names}`);
  }
}

/** An integer that is not negative, as Candid's nat has it. Throws `TypeError` or `RangeError` naming the option. */
export function naturalOption(name: string, value: number | bigint): bigint {
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    throw new TypeError(`Expected the "${name}" option to be a number or bigint`);
  }
  if (value < 0 || (typeof value === 'number' && !Number.isSafeInteger(value))) {
    throw new RangeError(`Expected the "${name}" option to be an integer of at least 0`);
  }
  return BigInt(value);
}
