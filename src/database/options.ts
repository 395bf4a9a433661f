/** Throws `TypeError` unless `options` is an object with no other keys than the known ones. */
export function requireOptions(options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError('Expected options to be an object');
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw new TypeError(unknownOption(name, known));
  }
}

/** A boolean option; `fallback` where it is absent or undefined. */
export function booleanOption(options: object, name: string, fallback: boolean): boolean {
  const value = optionOf(options, name) ?? fallback;
  if (typeof value !== 'boolean') throw new TypeError(`Expected the "${name}" option to be a boolean`);
  return value;
}

/** An option that is a positive integer; `fallback` where it is absent or undefined. */
export function countOption(options: object, name: string, fallback: number): number {
  const value = optionOf(options, name) ?? fallback;
  if (typeof value !== 'number') throw new TypeError(`Expected the "${name}" option to be a number`);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`Expected the "${name}" option to be an integer of at least 1`);
  }
  return value;
}

function optionOf(options: object, name: string): unknown {
  return (options as Readonly<Record<string, unknown>>)[name];
}

/** Most misspellings are of case, or forget a character. */
function unknownOption(name: string, known: readonly string[]): string {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z]/g, '');
  const meant = known.find((candidate) => plain(candidate) === plain(name));
  if (meant !== undefined) return `Misspelled option "${name}" should be "${meant}"`;
  return `Unknown option "${name}"; there are ${known.map((candidate) => `"${candidate}"`).join(', ')}`;
}
