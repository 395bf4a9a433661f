import type { Figure } from './figure';
import { measureNative } from './topics/native';
import { measureReplica } from './topics/replica';

/** All figures of all topics, measured now in the embedded replica. */
export async function measureAll(): Promise<Figure[]> {
  return [...(await measureNative()), ...(await measureReplica())];
}
