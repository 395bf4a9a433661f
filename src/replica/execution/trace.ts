import type { ExecutionOutcome, ExecutionRecord } from './execution-record';
import type { ProfileLine, TouchedHeapPage } from './profile';

const HEADER = [
  'no.',
  'execution',
  'instructions',
  'of them work',
  'heap pages',
  'written',
  'stable pages',
  'written',
  'reads',
  'read bytes',
  'writes',
  'written bytes',
  'outcome',
];
/** Columns of text; the others are numbers. */
const TEXT = new Set([1, HEADER.length - 1]);

/**
 * Executions as a table: all instructions that are charged and those of them that are work, 64 KiB pages that were touched and written, and
 * what was done to stable memory.
 */
export function traceText(records: readonly ExecutionRecord[]): string {
  const rows = records.map(
    ({ sequence, kind, method, chargedInstructions, work, touched, stable, outcome }) => [
      String(sequence),
      method ? `${kind} ${method}` : kind,
      grouped(chargedInstructions),
      grouped(work),
      grouped(touched.heapAccessed),
      grouped(touched.heapWritten),
      grouped(touched.stableAccessed),
      grouped(touched.stableWritten),
      grouped(stable.reads),
      grouped(stable.readBytes),
      grouped(stable.writes),
      grouped(stable.writtenBytes),
      outcomeText(outcome),
    ],
  );
  return aligned([HEADER, ...rows], TEXT);
}

/** One execution as a line that needs no others beside it. */
export function traceLine({
  kind,
  method,
  chargedInstructions,
  work,
  touched,
  stable,
  outcome,
}: ExecutionRecord): string {
  return [
    (method ? `${kind} ${method}` : kind).padEnd(32),
    `${grouped(chargedInstructions).padStart(15)} instructions`,
    `${grouped(work).padStart(15)} work`,
    `pages: ${pageText('heap', touched.heapAccessed, touched.heapWritten)}, ${pageText('stable', touched.stableAccessed, touched.stableWritten)}`,
    `read ${grouped(stable.reads)} x, ${grouped(stable.readBytes)} bytes`,
    `wrote ${grouped(stable.writes)} x, ${grouped(stable.writtenBytes)} bytes`,
    outcomeText(outcome),
  ]
    .join('  ')
    .trimEnd();
}

function pageText(memory: string, accessed: number, written: number): string {
  return `${grouped(accessed)} ${memory} (${grouped(written)} written)`;
}

/** A profile as a table, with each line's share of the whole. @param most lines to show */
export function profileText(lines: readonly ProfileLine[], most: number): string {
  const total = lines.reduce((sum, { instructions }) => sum + instructions, 0);
  const rows = lines
    .slice(0, most)
    .map(({ name, instructions }) => [
      grouped(instructions),
      `${((100 * instructions) / total).toFixed(1)} %`,
      name,
    ]);
  return aligned([['instructions', 'share', 'function'], ...rows], new Set([2]));
}

/** Touched pages as a table: where each lies, how much of it was used, and what lives there. */
export function pagesText(pages: readonly TouchedHeapPage[]): string {
  const rows = pages.map(({ page, isWritten, smallPages, contents }) => [
    grouped(page),
    `0x${(page * 65_536).toString(16)}`,
    isWritten ? 'written' : 'read',
    `${smallPages} of 16`,
    contentsText(contents),
  ]);
  return aligned(
    [['page', 'address', 'access', '4 KiB pages', 'what lives there'], ...rows],
    new Set([2, 4]),
  );
}

/** As many things as a line has room for. */
const MOST_CONTENTS = 4;

function contentsText(contents: readonly string[]): string {
  const more = contents.length - MOST_CONTENTS;
  return `${contents.slice(0, MOST_CONTENTS).join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}

function outcomeText(outcome: ExecutionOutcome): string {
  switch (outcome.kind) {
    case 'reply':
      return `reply, ${grouped(outcome.bytes)} bytes`;
    case 'none':
      return '';
    default:
      // The lines behind the first are advice.
      return `${outcome.kind}: ${outcome.reject.message.split('\n', 1)[0]}`;
  }
}

function aligned(rows: readonly (readonly string[])[], text: ReadonlySet<number>): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const pad = (cell: string, column: number) =>
    text.has(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}
