import { createHash } from 'node:crypto';

/** The replica's only source of randomness: SHA-256 over a seed and a counter, so that every run draws the same bytes. */
export class SeededRandom {
  /** How often it was drawn from. */
  drawn = 0;

  constructor(private readonly seed: string) {}

  /** 32 fresh bytes. */
  draw(): Uint8Array {
    return new Uint8Array(
      createHash('sha256')
        .update(`${this.seed}/${this.drawn++}`)
        .digest(),
    );
  }
}
