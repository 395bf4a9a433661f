import { createHash } from 'node:crypto';
import { leb128 } from '../certification/state-tree';
import { badRequest } from './http-error';

/** What requests and responses are made of. */
export type Content = Uint8Array | string | number | bigint | readonly Content[] | ContentMap;
export interface ContentMap {
  readonly [key: string]: Content | undefined;
}

/** Hash of a map that does not depend on its encoding (IC interface specification, "Representation-independent hashing of structured data"). */
export function hashOfMap(map: ContentMap): Uint8Array {
  const pairs = Object.entries(map)
    .filter((entry): entry is [string, Content] => entry[1] !== undefined)
    .map(([key, value]) => Buffer.concat([sha256(Buffer.from(key, 'utf8')), hashOf(value)]));
  return sha256(Buffer.concat(pairs.sort(Buffer.compare)));
}

function hashOf(value: Content): Uint8Array {
  if (value instanceof Uint8Array) return sha256(value);
  if (typeof value === 'string') return sha256(Buffer.from(value, 'utf8'));
  if (typeof value === 'number' || typeof value === 'bigint') return sha256(leb128(BigInt(value)));
  if (isArray(value)) return sha256(Buffer.concat(value.map(hashOf)));
  if (typeof value === 'object' && value !== null) return hashOfMap(value);
  throw badRequest(`a request is made of bytes, texts, numbers, arrays and maps, not of ${String(value)}`);
}

function isArray(value: readonly Content[] | ContentMap): value is readonly Content[] {
  return Array.isArray(value);
}

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}
