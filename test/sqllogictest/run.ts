import { createHash } from 'node:crypto';
import type { SqlValue } from '../../src/database';
import { EngineFailure, type SqlEngine } from './engine';
import type { ColumnType, Expected, QueryRecord, Script, ScriptRecord, Sorting } from './script';
import { valueText } from './value-text';

/** Failures of one script after which it ends: the rest would fail for the same reason. */
const MOST_FAILURES = 20;

/** Values of a result that a failure shows. */
const MOST_SHOWN = 8;

export interface ScriptReport {
  readonly name: string;
  /** Records that ran. */
  readonly run: number;
  /** Records that were not for this engine. */
  readonly skipped: number;
  /** One sentence for each record that failed, with its file and line. */
  readonly failures: readonly string[];
}

/** Runs a script's records one after another. */
export async function runScript(script: Script, engine: SqlEngine): Promise<ScriptReport> {
  const labels = new Map<string, string>();
  const failures: string[] = [];
  let run = 0;
  for (const record of script.records) {
    run++;
    const failure = await failureOf(record, engine, labels);
    if (failure !== undefined) failures.push(`${script.name}:${record.line}: ${failure}: ${record.sql}`);
    if (failures.length === MOST_FAILURES) break;
  }
  return { name: script.name, run, skipped: script.skipped, failures };
}

async function failureOf(
  record: ScriptRecord,
  engine: SqlEngine,
  labels: Map<string, string>,
): Promise<string | undefined> {
  try {
    if (record.kind === 'query') return compare(record, await engine.all(record.sql), labels);
    const changes = await engine.run(record.sql);
    if (record.outcome === 'error') return 'expected an error, but it succeeded';
    if (record.outcome === 'ok' || record.outcome === changes) return undefined;
    return `expected ${record.outcome} rows to change, but ${changes} did`;
  } catch (error) {
    if (error instanceof EngineFailure) throw error;
    if (mayFail(record)) return undefined;
    return `expected it to succeed, but: ${error instanceof Error ? error.message : error}`;
  }
}

/** The corpus writes the result of a query that SQLite ends with an error as an empty one. */
function mayFail(record: ScriptRecord): boolean {
  if (record.kind === 'statement') return record.outcome === 'error';
  return record.expected !== undefined && 'values' in record.expected && record.expected.values.length === 0;
}

function compare(record: QueryRecord, rows: SqlValue[][], labels: Map<string, string>): string | undefined {
  const width = rows[0]?.length ?? record.types.length;
  if (width !== record.types.length) return `expected ${record.types.length} columns, got ${width}`;
  const values = printed(rows, record.types, record.sorting);
  const md5 = md5Of(values);
  if (record.label !== undefined) {
    const before = labels.get(record.label);
    if (before !== undefined && before !== md5)
      return `another result than before under label ${record.label}`;
    labels.set(record.label, md5);
  }
  if (record.expected === undefined || matches(record.expected, values, md5)) return undefined;
  return `expected ${shown(record.expected)}, got ${shown({ values })} (MD5 ${md5})`;
}

/** The values one a line, in the order in which they are compared. */
function printed(rows: SqlValue[][], types: readonly ColumnType[], sorting: Sorting): string[] {
  const texts = rows.map((row) => row.map((value, column) => valueText(value, types[column]!)));
  if (sorting === 'rowsort') texts.sort(compareRows);
  const values = texts.flat();
  return sorting === 'valuesort' ? values.sort(compareTexts) : values;
}

function compareRows(left: readonly string[], right: readonly string[]): number {
  const column = left.findIndex((value, index) => value !== right[index]);
  return column === -1 ? 0 : compareTexts(left[column]!, right[column]!);
}

/** By byte: what is printed is ASCII. */
function compareTexts(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

function md5Of(values: readonly string[]): string {
  const hash = createHash('md5');
  for (const value of values) hash.update(`${value}\n`);
  return hash.digest('hex');
}

function matches(expected: Expected, values: readonly string[], md5: string): boolean {
  if ('md5' in expected) return expected.count === values.length && expected.md5 === md5;
  return (
    expected.values.length === values.length && expected.values.every((value, at) => value === values[at])
  );
}

function shown(expected: Expected): string {
  if ('md5' in expected) return `${expected.count} values with MD5 ${expected.md5}`;
  const { values } = expected;
  const more = values.length > MOST_SHOWN ? `, … (${values.length})` : '';
  return `[${values.slice(0, MOST_SHOWN).join(', ')}${more}]`;
}
