// Stable memory as other canisters leave it: a MemoryManager V1 with virtual memories of given content.

const WASM_PAGE = 65536;
const FREE = 0xff;

/**
 * @param memories content by MemoryId, whole 64 KiB pages
 * @param bucketSize in 64 KiB pages
 */
export function mount(memories: Readonly<Record<number, Uint8Array>>, bucketSize = 1): Uint8Array {
  const bucketBytes = bucketSize * WASM_PAGE;
  const entries = Object.entries(memories).map(([id, bytes]) => ({ id: Number(id), bytes }));
  const owners: number[] = [];
  const parts: Uint8Array[] = [];
  // Memories that grew in turns have their buckets in turns.
  for (let place = 0; entries.some(({ bytes }) => place * bucketBytes < bytes.length); place++) {
    for (const { id, bytes } of entries) {
      if (place * bucketBytes >= bytes.length) continue;
      owners.push(id);
      parts.push(bytes.subarray(place * bucketBytes, (place + 1) * bucketBytes));
    }
  }
  const stable = new Uint8Array(WASM_PAGE + owners.length * bucketBytes);
  const header = new DataView(stable.buffer);
  stable.set([0x4d, 0x47, 0x52, 1]);
  header.setUint16(4, owners.length, true);
  header.setUint16(6, bucketSize, true);
  for (const { id, bytes } of entries)
    header.setBigUint64(40 + 8 * id, BigInt(bytes.length / WASM_PAGE), true);
  stable.fill(FREE, 2080, 2080 + 32768);
  stable.set(owners, 2080);
  parts.forEach((part, bucket) => {
    stable.set(part, WASM_PAGE + bucket * bucketBytes);
  });
  return stable;
}

/** A file as ic-rusqlite mounts it: from the first byte on, up to a whole 64 KiB page. */
export function mountedFile(image: Uint8Array, sparePages = 0): Uint8Array {
  const pages = Math.max(Math.ceil(image.length / WASM_PAGE), 1) + sparePages;
  const memory = new Uint8Array(pages * WASM_PAGE);
  memory.set(image);
  return memory;
}
