import { CatalogError, type CatalogErrorCode } from '../error';

/** What a kind of record is refused with. */
export interface RecordKind {
  /** Named in messages, for example `the catalog`. */
  readonly what: string;
  readonly version: number;
  readonly damaged: CatalogErrorCode;
  readonly unsupported: CatalogErrorCode;
}

/**
 * Records are JSON texts: the engine parses JSON natively, while a loop over bytes in interpreted JavaScript costs
 * a thousand instructions a step. Every record begins with its version. Characters beyond ASCII are escaped, so that
 * a record has as many bytes as characters.
 */
export function encodeRecord(kind: RecordKind, fields: object): string {
  return toAscii(JSON.stringify({ version: kind.version, ...fields }));
}

/** A JSON text with every character beyond ASCII escaped. */
export function toAscii(json: string): string {
  return json.replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The fields of a record, each taken out by the type it must have. */
export class Fields {
  readonly #kind: RecordKind;
  readonly #where: string;
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(kind: RecordKind, where: string, values: unknown) {
    this.#kind = kind;
    this.#where = where;
    if (typeof values !== 'object' || values === null) {
      this.#values = {};
      throw this.damaged('it is not an object');
    }
    this.#values = values as Record<string, unknown>;
  }

  /** @throws {CatalogError} the kind's `damaged` or `unsupported` */
  static parse(kind: RecordKind, where: string, text: string): Fields {
    const fields = new Fields(kind, where, parseJson(text));
    const version = fields.#values.version;
    if (version !== kind.version) {
      throw typeof version === 'number'
        ? new CatalogError(
            kind.unsupported,
            `${where} of ${kind.what} has version ${version}; this code reads version ${kind.version}: install the release that wrote it, nothing was changed`,
          )
        : fields.damaged('it has no version');
    }
    return fields;
  }

  /**
   * A part of a record whose version was read from another part.
   *
   * @throws {CatalogError} the kind's `damaged`
   */
  static parseBody(kind: RecordKind, where: string, text: string): Fields {
    return new Fields(kind, where, parseJson(text));
  }

  text(key: string): string {
    const value = this.#values[key];
    return typeof value === 'string' ? value : this.#refuse(key, 'a text');
  }

  optionalText(key: string): string | undefined {
    return this.#values[key] === undefined ? undefined : this.text(key);
  }

  flag(key: string): boolean {
    const value = this.#values[key];
    return typeof value === 'boolean' ? value : this.#refuse(key, 'a flag');
  }

  /** A whole number from 0. */
  natural(key: string): number {
    const value = this.#values[key];
    return isNatural(value) ? value : this.#refuse(key, 'a whole number from 0');
  }

  optionalNatural(key: string): number | undefined {
    return this.#values[key] === undefined ? undefined : this.natural(key);
  }

  /** Nanoseconds since 1970; kept as text, for JSON's numbers lose them. */
  time(key: string): bigint {
    const value = this.#values[key];
    return typeof value === 'string' && /^\d{1,20}$/.test(value)
      ? BigInt(value)
      : this.#refuse(key, 'a time');
  }

  oneOf<T extends string>(key: string, values: readonly T[]): T {
    return (
      values.find((value) => value === this.#values[key]) ?? this.#refuse(key, `one of ${values.join(', ')}`)
    );
  }

  texts(key: string): readonly string[] {
    const value = this.#values[key];
    return Array.isArray(value) && value.every((item) => typeof item === 'string')
      ? value
      : this.#refuse(key, 'a list of texts');
  }

  objects(key: string): Fields[] {
    const value = this.#values[key];
    return Array.isArray(value)
      ? value.map((item) => new Fields(this.#kind, this.#where, item))
      : this.#refuse(key, 'a list');
  }

  object(key: string): Fields {
    return new Fields(this.#kind, `${key} in ${this.#where}`, this.#values[key]);
  }

  optionalObject(key: string): Fields | undefined {
    return this.#values[key] === undefined ? undefined : this.object(key);
  }

  /** A free set of texts by name. */
  textsByName(key: string): Readonly<Record<string, string>> {
    const value = this.#values[key];
    return typeof value === 'object' &&
      value !== null &&
      Object.values(value).every((item) => typeof item === 'string')
      ? (value as Record<string, string>)
      : this.#refuse(key, 'texts by name');
  }

  /** Whole numbers by name, of which only the known names may be there. */
  naturalsByName<K extends string>(key: string, names: readonly K[]): Readonly<Partial<Record<K, number>>> {
    const value = this.#values[key];
    return typeof value === 'object' &&
      value !== null &&
      Object.entries(value).every(([name, item]) => names.includes(name as K) && isNatural(item))
      ? (value as Partial<Record<K, number>>)
      : this.#refuse(key, 'whole numbers by name');
  }

  damaged(what: string): CatalogError {
    return new CatalogError(this.#kind.damaged, `${this.#where} of ${this.#kind.what} is damaged: ${what}`);
  }

  #refuse(key: string, wanted: string): never {
    throw this.damaged(`${key} is not ${wanted}`);
  }
}

function isNatural(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
