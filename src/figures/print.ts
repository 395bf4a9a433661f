import type { Figure } from './figure';

/** The figures as an aligned table, missed ones marked. */
export function toTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.ok ? 'ok' : 'MISSED',
    figure.topic,
    figure.name,
    group(figure.value),
    `<= ${group(figure.limit)}`,
    figure.unit,
  ]);
  const header = ['', 'topic', 'figure', 'value', 'limit', 'unit'];
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  );
  const isNumber = (column: number) => column === 3 || column === 4;
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, column) =>
          isNumber(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function group(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}
