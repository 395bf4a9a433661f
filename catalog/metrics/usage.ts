/** What one call took, as the service measures it. */
export interface UsageSample {
  readonly kind: 'query' | 'update';
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly instructions: number;
  /** Code of the error that it was answered with. */
  readonly errorCode: string | undefined;
  /** When rows were written, in nanoseconds since 1970; undefined for what wrote none. */
  readonly writtenAt: bigint | undefined;
}

/** Sums since the canister was installed or upgraded. */
export interface Usage {
  readonly queries: number;
  readonly updates: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly instructions: number;
  readonly errors: ReadonlyMap<string, number>;
  /** When an update last wrote rows. */
  readonly lastWriteAt: bigint | undefined;
}

export const NO_USAGE: Usage = {
  queries: 0,
  updates: 0,
  rowsRead: 0,
  rowsWritten: 0,
  instructions: 0,
  errors: new Map(),
  lastWriteAt: undefined,
};

/**
 * Counters by archive, in the heap. The IC discards what a query call changes, so a query counts only where it is
 * called as an update.
 */
export class UsageCounters {
  /** By the generation's digits: the engine's Map is slow with whole numbers in a row. */
  readonly #byGeneration = new Map<string, Counter>();
  /** Of what was about no archive, and of archives that were purged. */
  readonly #others = newCounter();

  /** @param generation of the archive; undefined for what is about none, or was refused before it was found. */
  record(generation: number | undefined, sample: UsageSample): void {
    add(generation === undefined ? this.#others : this.#counterOf(String(generation)), sample);
  }

  of(generation: number): Usage {
    return this.#byGeneration.get(String(generation)) ?? NO_USAGE;
  }

  /** All archives together, purged ones too, so that it never falls. */
  get total(): Usage {
    const total = newCounter();
    for (const counter of [this.#others, ...this.#byGeneration.values()]) {
      merge(total, counter);
    }
    return total;
  }

  /** Drops the counters of an archive that was purged. */
  forget(generation: number): void {
    merge(this.#others, this.of(generation));
    this.#byGeneration.delete(String(generation));
  }

  #counterOf(name: string): Counter {
    const known = this.#byGeneration.get(name);
    if (known !== undefined) {
      return known;
    }
    const counter = newCounter();
    this.#byGeneration.set(name, counter);
    return counter;
  }
}

type Counter = { -readonly [Field in keyof Usage]: Usage[Field] } & { readonly errors: Map<string, number> };

function newCounter(): Counter {
  return { ...NO_USAGE, errors: new Map() };
}

/** Changes the counter in place: this runs with every update. */
function add(counter: Counter, sample: UsageSample): void {
  if (sample.kind === 'query') {
    counter.queries++;
  } else {
    counter.updates++;
  }
  counter.rowsRead += sample.rowsRead;
  counter.rowsWritten += sample.rowsWritten;
  counter.instructions += sample.instructions;
  if (sample.errorCode !== undefined) {
    count(counter.errors, sample.errorCode, 1);
  } else if (sample.kind === 'update' && sample.writtenAt !== undefined) {
    counter.lastWriteAt = sample.writtenAt;
  }
}

function merge(counter: Counter, other: Usage): void {
  counter.queries += other.queries;
  counter.updates += other.updates;
  counter.rowsRead += other.rowsRead;
  counter.rowsWritten += other.rowsWritten;
  counter.instructions += other.instructions;
  for (const [code, times] of other.errors) {
    count(counter.errors, code, times);
  }
  if ((other.lastWriteAt ?? 0n) > (counter.lastWriteAt ?? 0n)) {
    counter.lastWriteAt = other.lastWriteAt;
  }
}

function count(errors: Map<string, number>, code: string, times: number): void {
  errors.set(code, (errors.get(code) ?? 0) + times);
}
