// SQLite files of random content behind a header that holds: for tests that look at bytes and not at tables.

export interface FileShape {
  readonly pageSize: number;
  readonly pages: number;
  /** Seed of the content. About a third of the file, in runs, is zeros. */
  readonly seed: number;
}

export function randomFile({ pageSize, pages, seed }: FileShape): Uint8Array {
  const bytes = new Uint8Array(pageSize * pages);
  const words = new Uint32Array(bytes.buffer);
  let state = seed | 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let word = 0; word < words.length; ) {
    const run = 256 + (next() % 8192);
    const isZero = next() % 3 === 0;
    for (let n = 0; n < run && word < words.length; n++) words[word++] = isZero ? 0 : next();
  }
  bytes.set(new TextEncoder().encode('SQLite format 3\0'));
  const view = new DataView(bytes.buffer);
  view.setUint16(16, pageSize === 65536 ? 1 : pageSize);
  bytes.set([1, 1], 18);
  view.setUint32(24, 7);
  view.setUint32(28, pages);
  view.setUint32(92, 7);
  return bytes;
}
