import type { ExecutionRecord } from '../replica';

/** One measured number beside the bound that it has to keep. */
export interface Figure {
  /** The word: native, storage, catalog, sql, replica, memory. */
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

/** Of a whole message: its work, and all that it is charged, with the pages that it touches. */
export interface MessageLimits {
  readonly work: number;
  readonly total: number;
}

/**
 * A whole message in two figures: its work, which is the same under all rules, and in the topic of the replica its total under the rules in
 * force.
 */
export function messageFigures(
  topic: string,
  name: string,
  { work, chargedInstructions }: Pick<ExecutionRecord, 'work' | 'chargedInstructions'>,
  limits: MessageLimits,
): Figure[] {
  return [
    atMost(topic, `${name}: work`, work, limits.work, 'instructions'),
    atMost(
      'replica',
      `${name}: total, with touched pages`,
      chargedInstructions,
      limits.total,
      'instructions',
    ),
  ];
}
