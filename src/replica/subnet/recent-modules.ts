/** Rounds from one checkpoint to the next: an IC subnet makes one with every summary block, and between two of them lie 499 others. */
const CHECKPOINT_ROUNDS = 500;

/**
 * The modules that the subnet has compiled since its last checkpoint, by SHA-256. Compiling one of them again is nearly free, on every node alike:
 * the set is part of what the nodes agree on (upstream's `expected_compiled_wasms`). A checkpoint forgets it, because it does not store it; so
 * does a state that is read from a folder.
 */
export class RecentModules {
  private readonly hashes = new Set<string>();
  private rounds = 0;

  has(hash: Uint8Array): boolean {
    return this.hashes.has(Buffer.from(hash).toString('hex'));
  }

  /** Told of a module that was installed; one whose installation failed is compiled at full price again. */
  add(hash: Uint8Array): void {
    this.hashes.add(Buffer.from(hash).toString('hex'));
  }

  passRound(): void {
    this.rounds++;
    if (this.rounds % CHECKPOINT_ROUNDS === 0) this.hashes.clear();
  }
}
