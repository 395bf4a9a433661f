import { optionalNat } from '../../src/candid';

/*
 * The catalog's names in Candid's spelling: `read-only` is the variant `ReadOnly`, `resultBytes` the field
 * `result_bytes`. The types follow the texts, so that a name which Candid lacks does not compile.
 */

export type VariantName<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Capitalize<Head>}${VariantName<Tail>}`
  : Capitalize<Name>;

/** A variant without values. */
export type VariantOf<Name extends string> = {
  [Each in Name]: { [Case in VariantName<Each>]: null };
}[Name];

export type FieldName<Name extends string> = Name extends `${infer Letter}${infer Rest}`
  ? Letter extends '-'
    ? `_${FieldName<Rest>}`
    : Letter extends Lowercase<Letter>
      ? `${Letter}${FieldName<Rest>}`
      : `_${Lowercase<Letter>}${FieldName<Rest>}`
  : Name;

/** Numbers by name, any of which may be absent. */
export type OptionalNumbers<Name extends string> = { [Each in Name as FieldName<Each>]: [] | [bigint] };

/** What is to change of such numbers. */
export type NumbersChanged<Name extends string> = {
  [Each in Name as FieldName<Each>]: [] | [[] | [bigint]];
};

export function toVariant<Name extends string>(name: Name): VariantOf<Name> {
  return { [variantName(name)]: null } as VariantOf<Name>;
}

/** Which of the names a variant stands for; Candid admits no other. */
export function fromVariant<Name extends string>(names: readonly Name[], variant: VariantOf<Name>): Name {
  const name = names.find((candidate) => variantName(candidate) in (variant as object));
  if (name === undefined) {
    throw new RangeError(`a variant of ${names.join(', ')} is ${Object.keys(variant as object)}`);
  }
  return name;
}

export function toOptionalNumbers<Name extends string>(
  names: readonly Name[],
  values: Readonly<Partial<Record<Name, number>>>,
): OptionalNumbers<Name> {
  const fields = names.map((name) => {
    const value = values[name];
    return [fieldName(name), optionalNat(value)];
  });
  return Object.fromEntries(fields) as OptionalNumbers<Name>;
}

/** The numbers that a change names: those that it makes absent are undefined. */
export function fromNumbersChange<Name extends string>(
  names: readonly Name[],
  fields: NumbersChanged<Name>,
): Partial<Record<Name, number | undefined>> {
  const values: Partial<Record<Name, number | undefined>> = {};
  for (const name of names) {
    const [sent] = (fields as Readonly<Record<string, [] | [[] | [bigint]]>>)[fieldName(name)] ?? [];
    if (sent !== undefined) {
      values[name] = sent[0] === undefined ? undefined : Number(sent[0]);
    }
  }
  return values;
}

function variantName(name: string): string {
  return name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

function fieldName(name: string): string {
  return name.replaceAll('-', '_').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
