/** Writes the tour's headings, answers and progress; progress rewrites its line where the output is a terminal. */
export class Screen {
  #step = 0;
  readonly #out = process.stdout;

  heading(text: string): void {
    this.#step += 1;
    this.#out.write(`\n${this.#step}. ${text}\n`);
  }

  say(text: string): void {
    this.#out.write(`   ${text}\n`);
  }

  /** A line for the work under way; the last one stays. */
  progress(text: string, done: boolean): void {
    if (this.#out.isTTY) {
      this.#out.write(`\r\u001b[K   ${text}${done ? '\n' : ''}`);
    } else if (done) {
      this.say(text);
    }
  }

  table(header: readonly string[], rows: readonly (readonly string[])[]): void {
    const widths = header.map((title, column) =>
      Math.max(title.length, ...rows.map((row) => row[column]!.length)),
    );
    const line = (row: readonly string[]) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
        .join('  ');
    this.say(line(header));
    this.say(widths.map((width) => '-'.repeat(width)).join('  '));
    for (const row of rows) {
      this.say(line(row));
    }
  }
}

/** 1,234,567 */
export function grouped(value: number | bigint): string {
  return value.toLocaleString('en-US');
}

/** Bytes as MiB with two decimals, KiB below one. */
export function humanBytes(bytes: number): string {
  return bytes < 1_048_576 ? `${(bytes / 1_024).toFixed(1)} KiB` : `${(bytes / 1_048_576).toFixed(2)} MiB`;
}
