import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import type { Subnet } from '../subnet/subnet';
import type { StateParts } from './canister-state';
import { FrameKind, type FrameWriter } from './frames';
import { frozenMemory, type PagedMemory, writePages } from './paged-memory';
import { type SubnetState, saveSubnet } from './subnet-state';

/** What a commit frame holds, beside what the frames before it brought. */
export interface Commit {
  readonly state: SubnetState;
  /** Records that were changed since the commit before, by key; undefined for one that was removed. */
  readonly records: ReadonlyMap<string, unknown>;
}

/** Writes states into one segment: the first whole, the later ones by what has changed. */
export class SegmentWriter {
  private readonly numbers = new WeakMap<object, number>();
  private memories = 0;
  private readonly blobs = new Set<string>();

  constructor(private readonly frames: FrameWriter) {}

  get written(): number {
    return this.frames.written;
  }

  /** After this, what the subnet is now is what a reader of the segment finds, or what it was at the commit before. */
  commit(subnet: Subnet, records: Commit['records']): void {
    const parts: StateParts = {
      memory: (memory) => this.memory(memory),
      blob: (bytes, hash) => this.blob(bytes, hash),
    };
    const commit: Commit = { state: saveSubnet(subnet, parts), records };
    this.frames.append(FrameKind.commit, [serialize(commit)]);
  }

  sync(): void {
    this.frames.sync();
  }

  close(): void {
    this.frames.close();
  }

  private memory(memory: PagedMemory | Uint8Array): number {
    const known = this.numbers.get(memory);
    const number = known ?? ++this.memories;
    this.numbers.set(memory, number);
    if (memory instanceof Uint8Array) {
      if (known === undefined) this.write(number, frozenMemory(memory), frozenMemory(memory).storedPages());
      return number;
    }
    this.write(number, memory, known === undefined ? memory.storedPages() : memory.changes);
    memory.changes.clear();
    return number;
  }

  private write(number: number, memory: PagedMemory, pages: Iterable<number>): void {
    writePages(this.frames, number, memory, pages);
  }

  private blob(bytes: Uint8Array, hash: Uint8Array): Uint8Array {
    const key = Buffer.from(hash).toString('hex');
    if (!this.blobs.has(key)) this.frames.append(FrameKind.blob, [bytes]);
    this.blobs.add(key);
    return hash;
  }
}

/** The name that a blob has in states. */
export function blobKey(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
