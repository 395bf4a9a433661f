import { createHash } from 'node:crypto';

/** Largest chunk in bytes, and what every chunk is charged as. */
export const MAXIMUM_CHUNK = 2 ** 20;
const MAXIMUM_CHUNKS = 100;

/** Parts of a module too large for one message, kept by their SHA-256 until they are installed (ic-platform.md A2). */
export class ChunkStore {
  private readonly chunks = new Map<string, Uint8Array>();

  get byteLength(): number {
    return this.chunks.size * MAXIMUM_CHUNK;
  }

  /** Hashes of all chunks. */
  get hashes(): Uint8Array[] {
    return [...this.chunks.keys()].map((key) => new Uint8Array(Buffer.from(key, 'hex')));
  }

  get isFull(): boolean {
    return this.chunks.size >= MAXIMUM_CHUNKS;
  }

  /** @returns SHA-256 of the chunk */
  add(chunk: Uint8Array): Uint8Array {
    const hash = createHash('sha256').update(chunk).digest();
    this.chunks.set(hash.toString('hex'), chunk);
    return new Uint8Array(hash);
  }

  find(hash: Uint8Array): Uint8Array | undefined {
    return this.chunks.get(Buffer.from(hash).toString('hex'));
  }

  clear(): void {
    this.chunks.clear();
  }

  copy(): ChunkStore {
    const copy = new ChunkStore();
    for (const [hash, chunk] of this.chunks) copy.chunks.set(hash, chunk);
    return copy;
  }
}
