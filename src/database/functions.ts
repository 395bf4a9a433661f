import {
  type FunctionResult,
  FunctionTrait,
  type NativeConnection,
  type SqlValue,
} from '../native/interface';
import { booleanOption, requireOptions } from './options';

/** What SQLite is told of a function. All are false unless given. */
export interface FunctionOptions {
  /** Equal arguments give equal results. SQLite then evaluates it less often, and lets indexes use it. */
  readonly deterministic?: boolean;
  /** Only statements call it, never the schema: no views, triggers, indexes, defaults, CHECKs. */
  readonly directOnly?: boolean;
  /**
   * The schema may call it, too. A schema is not trusted, since it may have come with an imported file; so this is for
   * functions that do no harm whoever calls them.
   */
  readonly innocuous?: boolean;
  /** It takes any number of arguments, not just as many as it declares. */
  readonly varargs?: boolean;
  /** Integers arrive as `bigint`. Where it is absent the database's default holds. */
  readonly safeIntegers?: boolean;
}

// biome-ignore lint/suspicious/noConfusingVoidType: a step that changes its accumulator in place returns nothing
type Next<Accumulator> = Accumulator | void;

/** An aggregate: what becomes of an accumulator with every row. */
export interface AggregateOptions<Accumulator, Parameters extends SqlValue[]> extends FunctionOptions {
  /** The first accumulator, or what makes it. Default `null`. One that is changed in place must be made anew each time. */
  readonly start?: Accumulator | (() => Accumulator);
  /** The next accumulator. Returning `undefined` keeps the present one. */
  readonly step: (accumulator: Accumulator, ...values: Parameters) => Next<Accumulator>;
  /** Takes a row out again. With it, the aggregate can be used as a window function whose frame moves. */
  readonly inverse?: (accumulator: Accumulator, ...values: Parameters) => Next<Accumulator>;
  /** The aggregate's value. Without it, the accumulator is the value. */
  readonly result?: (accumulator: Accumulator) => FunctionResult;
}

const FUNCTION_OPTIONS = ['deterministic', 'directOnly', 'innocuous', 'varargs', 'safeIntegers'] as const;
const AGGREGATE_OPTIONS = [...FUNCTION_OPTIONS, 'start', 'step', 'inverse', 'result'] as const;

/** SQLite's limit, and the engine's. */
const MOST_NAME_BYTES = 255;
const MOST_ARGUMENTS = 1000;

export function defineFunction<Parameters extends SqlValue[]>(
  connection: NativeConnection,
  name: string,
  options: FunctionOptions,
  call: (...values: Parameters) => FunctionResult,
  safeIntegers: boolean,
): void {
  requireName(name);
  requireOptions(options, FUNCTION_OPTIONS);
  if (typeof call !== 'function') throw new TypeError('Expected last argument to be a function');
  const traits = traitsOf(options, safeIntegers);
  connection.defineFunction(name, countPlusOne(options, call.length), traits, call);
}

export function defineAggregate<Accumulator, Parameters extends SqlValue[]>(
  connection: NativeConnection,
  name: string,
  options: AggregateOptions<Accumulator, Parameters>,
  safeIntegers: boolean,
): void {
  requireName(name);
  requireOptions(options, AGGREGATE_OPTIONS);
  const { start = null, step, inverse, result } = options;
  if (typeof step !== 'function') throw new TypeError('Expected the "step" option to be a function');
  requireFunctionOption(inverse, 'inverse');
  requireFunctionOption(result, 'result');
  // The accumulator comes before the values.
  const length = Math.max(step.length, inverse?.length ?? 0, 1) - 1;
  const traits = traitsOf(options, safeIntegers);
  connection.defineAggregate(name, countPlusOne(options, length), traits, start, step, inverse, result);
}

function requireName(name: unknown): void {
  if (typeof name !== 'string') throw new TypeError('Expected first argument to be a string');
  if (name === '' || name.includes('\0')) {
    throw new RangeError('Expected first argument to be the name of a function, not empty and without NUL');
  }
  if (utf8Length(name) > MOST_NAME_BYTES) {
    throw new RangeError(`Expected first argument to have at most ${MOST_NAME_BYTES} bytes`);
  }
}

/** QuickJS has no TextEncoder. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

function requireFunctionOption(value: unknown, name: string): void {
  if (value === undefined || typeof value === 'function') return;
  throw new TypeError(`Expected the "${name}" option to be a function`);
}

function traitsOf(options: FunctionOptions, safeIntegersByDefault: boolean): number {
  const directOnly = booleanOption(options, 'directOnly', false);
  const innocuous = booleanOption(options, 'innocuous', false);
  if (directOnly && innocuous) {
    throw new TypeError('The "directOnly" and "innocuous" options exclude each other');
  }
  let traits = 0;
  if (booleanOption(options, 'deterministic', false)) traits += FunctionTrait.deterministic;
  if (directOnly) traits += FunctionTrait.directOnly;
  if (innocuous) traits += FunctionTrait.innocuous;
  if (booleanOption(options, 'safeIntegers', safeIntegersByDefault)) traits += FunctionTrait.safeIntegers;
  return traits;
}

function countPlusOne(options: FunctionOptions, declared: number): number {
  if (booleanOption(options, 'varargs', false)) return 0;
  if (declared <= MOST_ARGUMENTS) return declared + 1;
  throw new RangeError(
    `A function of SQL has at most ${MOST_ARGUMENTS} arguments; this one declares ${declared}`,
  );
}
