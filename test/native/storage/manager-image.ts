// An independent writer and reader of ic-stable-structures' MemoryManager V1, from its published layout alone.

const WASM_PAGE = 65536;
const FIELD = { allocated: 4, bucketSize: 6, reserved: 8, sizes: 40, owners: 2080 } as const;
const OWNERS = 32768;
const FREE = 0xff;

export interface ManagerFacts {
  readonly bucketSize: number;
  /** Owner of each allocated bucket; 255 for a freed one. */
  readonly owners: readonly number[];
  /** Pages of each memory that has any. */
  readonly sizes: Readonly<Record<number, number>>;
}

/** Stable memory with a manager and, in every bucket byte, its bucket's number. */
export function writeManager(facts: ManagerFacts): Uint8Array {
  const bytes = new Uint8Array(WASM_PAGE * (1 + facts.bucketSize * facts.owners.length));
  const view = new DataView(bytes.buffer);
  bytes.set([0x4d, 0x47, 0x52, 1]);
  view.setUint16(FIELD.allocated, facts.owners.length, true);
  view.setUint16(FIELD.bucketSize, facts.bucketSize, true);
  for (const [id, pages] of Object.entries(facts.sizes)) {
    view.setBigUint64(FIELD.sizes + 8 * Number(id), BigInt(pages), true);
  }
  bytes.fill(FREE, FIELD.owners, FIELD.owners + OWNERS);
  bytes.set(facts.owners, FIELD.owners);
  for (let bucket = 0; bucket < facts.owners.length; bucket++) {
    const start = WASM_PAGE * (1 + bucket * facts.bucketSize);
    bytes.fill(bucket + 1, start, start + facts.bucketSize * WASM_PAGE);
  }
  return bytes;
}

/** Reads the manager's facts, with nothing assumed about their consistency. */
export function readManager(bytes: Uint8Array): ManagerFacts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const allocated = view.getUint16(FIELD.allocated, true);
  const sizes: Record<number, number> = {};
  for (let id = 0; id < 255; id++) {
    const pages = Number(view.getBigUint64(FIELD.sizes + 8 * id, true));
    if (pages > 0) sizes[id] = pages;
  }
  return {
    bucketSize: view.getUint16(FIELD.bucketSize, true),
    owners: [...bytes.subarray(FIELD.owners, FIELD.owners + allocated)],
    sizes,
  };
}

/** Bytes of one virtual memory: its buckets in ascending order, cut at its size. */
export function readVirtualMemory(bytes: Uint8Array, id: number): Uint8Array {
  const { bucketSize, owners, sizes } = readManager(bytes);
  const bucketBytes = bucketSize * WASM_PAGE;
  const result = new Uint8Array((sizes[id] ?? 0) * WASM_PAGE);
  let filled = 0;
  owners.forEach((owner, bucket) => {
    if (owner !== id) return;
    const start = WASM_PAGE + bucket * bucketBytes;
    result.set(bytes.subarray(start, start + Math.min(bucketBytes, result.length - filled)), filled);
    filled += bucketBytes;
  });
  return result;
}

/** Replaces bytes of one virtual memory, in place. */
export function writeVirtualMemory(bytes: Uint8Array, id: number, offset: number, patch: Uint8Array): void {
  const { bucketSize, owners } = readManager(bytes);
  const bucketBytes = bucketSize * WASM_PAGE;
  const buckets = owners.flatMap((owner, bucket) => (owner === id ? [bucket] : []));
  patch.forEach((byte, n) => {
    const at = offset + n;
    bytes[WASM_PAGE + buckets[Math.floor(at / bucketBytes)]! * bucketBytes + (at % bucketBytes)] = byte;
  });
}

/** Throws when buckets and sizes contradict each other: every bucket accounted for, no size without its buckets. */
export function checkManager(bytes: Uint8Array): void {
  const { bucketSize, owners, sizes } = readManager(bytes);
  const owned = new Map<number, number>();
  for (const owner of owners) if (owner !== FREE) owned.set(owner, (owned.get(owner) ?? 0) + 1);
  for (let id = 0; id < 255; id++) {
    const needed = Math.ceil((sizes[id] ?? 0) / bucketSize);
    if (needed !== (owned.get(id) ?? 0)) {
      throw new Error(`memory ${id} needs ${needed} buckets and owns ${owned.get(id) ?? 0}`);
    }
  }
  const beyond = bytes.subarray(FIELD.owners + owners.length, FIELD.owners + OWNERS);
  if (beyond.some((owner) => owner !== FREE)) throw new Error('an owner beyond the allocated buckets');
  if (bytes.length < WASM_PAGE * (1 + owners.length * bucketSize))
    throw new Error('buckets beyond stable memory');
}
