/** What one call took, as the service measures it. */
export interface UsageSample {
  readonly kind: 'query' | 'update';
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly instructions: number;
  /** Code of the error that it was answered with. */
  readonly errorCode: string | undefined;
  /** Nanoseconds since 1970. */
  readonly at: bigint;
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
  readonly #byGeneration = new Map<string, Usage>();
  #total = NO_USAGE;

  /** @param generation of the archive; undefined for what is about none, or was refused before it was found. */
  record(generation: number | undefined, sample: UsageSample): void {
    this.#total = add(this.#total, sample);
    if (generation !== undefined) {
      this.#byGeneration.set(String(generation), add(this.of(generation), sample));
    }
  }

  of(generation: number): Usage {
    return this.#byGeneration.get(String(generation)) ?? NO_USAGE;
  }

  /** All archives together, purged ones too, so that it never falls. */
  get total(): Usage {
    return this.#total;
  }

  /** Drops the counters of an archive that was purged. */
  forget(generation: number): void {
    this.#byGeneration.delete(String(generation));
  }
}

function add(usage: Usage, sample: UsageSample): Usage {
  const { kind, errorCode } = sample;
  const wrote = kind === 'update' && sample.rowsWritten > 0 && errorCode === undefined;
  return {
    queries: usage.queries + (kind === 'query' ? 1 : 0),
    updates: usage.updates + (kind === 'update' ? 1 : 0),
    rowsRead: usage.rowsRead + sample.rowsRead,
    rowsWritten: usage.rowsWritten + sample.rowsWritten,
    instructions: usage.instructions + sample.instructions,
    errors:
      errorCode === undefined
        ? usage.errors
        : new Map(usage.errors).set(errorCode, (usage.errors.get(errorCode) ?? 0) + 1),
    lastWriteAt: wrote ? sample.at : usage.lastWriteAt,
  };
}
