/** A SQLite value as TypeScript sees it. Integers outside ±(2^53 - 1) are `bigint`, the others `number`. */
export type SqlValue = null | number | bigint | string | Uint8Array;

/** What can be bound: a {@link SqlValue}, a boolean (as 0 or 1), or other bytes (as a BLOB). */
export type BindableValue = SqlValue | boolean | ArrayBuffer | ArrayBufferView;

/** Named parameters. A key is the parameter's name without its `:`, `@` or `$`, or the number of a `?NNN`. */
export type NamedParameters = Readonly<Record<string, BindableValue>>;

/**
 * Arguments of `run`, `get`, `all`, `iterate`: positional values, one array of them, and at most one object of names. What an
 * array holds is looked at when it is bound: query builders hand over arrays of `unknown`.
 */
export type BindParameters = readonly (BindableValue | readonly unknown[] | NamedParameters)[];
