/** One line of a canister's log. */
export interface LogRecord {
  /** Position in the log, from 0; positions of dropped lines are not used again. */
  readonly index: bigint;
  /** Nanoseconds since 1970. */
  readonly timestamp: bigint;
  readonly content: Uint8Array;
}

/** What a canister printed in replicated executions, trapped ones included; the oldest lines make room for new ones. */
export class CanisterLog {
  private lines: LogRecord[] = [];
  /** Index of the next line. */
  next = 0n;

  get records(): readonly LogRecord[] {
    return this.lines;
  }

  /** @param capacity bytes of content that the log may hold */
  add(texts: readonly string[], timestamp: bigint, capacity: number): void {
    for (const text of texts) {
      const content = new Uint8Array(Buffer.from(text, 'utf8').subarray(0, capacity));
      this.lines.push({ index: this.next++, timestamp, content });
    }
    let excess = this.lines.reduce((bytes, { content }) => bytes + content.length, 0) - capacity;
    while (excess > 0) excess -= this.lines.shift()!.content.length;
  }

  clear(): void {
    this.lines = [];
  }

  /** Lines that a log held before, and the index of the next. */
  restore(lines: readonly LogRecord[], next: bigint): void {
    this.lines = [...lines];
    this.next = next;
  }
}
