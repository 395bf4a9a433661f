import { createHash } from 'node:crypto';
import type { PagedMemory } from '../../../src/replica/state/paged-memory';
import { frozenMemory, isZero } from '../../../src/replica/state/paged-memory';
import { saveSubnet } from '../../../src/replica/state/subnet-state';
import type { Subnet } from '../../../src/replica/subnet/subnet';

/** All of a subnet's state as a text that is equal for equal states; memories are there by their contents. */
export function fingerprint(subnet: Subnet): string {
  const hashes: string[] = [];
  const state = saveSubnet(subnet, {
    memory: (memory) => hashes.push(hashOf(memory instanceof Uint8Array ? frozenMemory(memory) : memory)),
    blob: (_, hash) => hash,
  });
  return JSON.stringify([state, hashes], plain);
}

function hashOf(memory: PagedMemory): string {
  const hash = createHash('sha256');
  for (const number of [...memory.storedPages()].sort((a, b) => a - b)) {
    const page = memory.page(number)!;
    if (!isZero(page)) hash.update(`${number}`).update(page);
  }
  return hash.digest('hex');
}

function plain(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof Map || value instanceof Set) return [...value];
  return value;
}
