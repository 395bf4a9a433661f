import { deserialize } from 'node:v8';
import type { SavedParts } from './canister-state';
import { FrameKind, readFrames } from './frames';
import { applyPages, type SparseImage } from './paged-memory';
import { blobKey, type Commit } from './segment-writer';
import type { StateFiles } from './state-files';
import type { SubnetState } from './subnet-state';

/** What the last commit of a segment left. */
export interface SavedState {
  readonly state: SubnetState;
  readonly records: ReadonlyMap<string, unknown>;
  readonly parts: SavedParts;
}

/** @returns undefined when the segment holds no whole commit */
export function readSegment(files: StateFiles, name: string): SavedState | undefined {
  const memories = new Map<number, SparseImage>();
  const blobs = new Map<string, Uint8Array>();
  const records = new Map<string, unknown>();
  const image = (number: number): SparseImage => {
    const known = memories.get(number) ?? new Map<number, Uint8Array>();
    memories.set(number, known);
    return known;
  };
  let pending: Uint8Array[] = [];
  let state: SubnetState | undefined;
  for (const { kind, payload } of readFrames(files, name)) {
    if (kind === FrameKind.pages) pending.push(payload);
    if (kind === FrameKind.blob) blobs.set(blobKey(payload), payload);
    if (kind !== FrameKind.commit) continue;
    // Pages count only with the commit behind them: a message is in the segment whole or not at all.
    for (const pages of pending) applyPages(pages, image);
    pending = [];
    const commit = deserialize(payload) as Commit;
    state = commit.state;
    for (const [key, record] of commit.records) {
      if (record === undefined) records.delete(key);
      else records.set(key, record);
    }
  }
  if (!state) return undefined;
  const parts: SavedParts = {
    memory: image,
    blob: (hash) => blobs.get(Buffer.from(hash).toString('hex'))!,
  };
  return { state, records, parts };
}
