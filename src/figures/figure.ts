/** One measured number beside the bound that it has to keep. */
export interface Figure {
  /** The word: native, storage, catalog, sql, replica. */
  readonly topic: string;
  readonly name: string;
  readonly value: number;
  /** The value may equal it. */
  readonly limit: number;
  readonly unit: string;
  readonly ok: boolean;
}

/** A figure that is met when the value is at most the limit. */
export function atMost(topic: string, name: string, value: number, limit: number, unit: string): Figure {
  return { topic, name, value, limit, unit, ok: value <= limit };
}
