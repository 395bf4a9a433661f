import { readVirtualMemory, writeVirtualMemory } from '../native/storage/manager-image';
import { readImages } from '../native/storage/store-image';
import type { InstalledTabularium } from './tabularium';

const PAGE = 4_096;
/** A page far behind the end of any slot. */
const OUT_OF_THE_SLOT = new Uint8Array([0xf0, 0xff, 0xff, 0x00]);

/** Makes the page map of an archive's snapshot lead out of the slot at its first entry, and starts the canister on that. */
export async function damageSnapshot(
  canister: InstalledTabularium,
  archive: string,
  name: string,
): Promise<void> {
  const { slot } = (await canister.client().administer(archive).describe()).archive;
  const { inspect } = canister;
  const bytes = inspect.readStable(0, inspect.stableBytes);
  const snapshot = readImages(readVirtualMemory(bytes, slot)).find((image) => image.name === name);
  if (snapshot === undefined) throw new Error(`slot ${slot} has no snapshot '${name}'`);
  writeVirtualMemory(bytes, slot, snapshot.rootTable * PAGE, OUT_OF_THE_SLOT);
  await canister.pic.setStableMemory(canister.canisterId, bytes);
  await canister.upgrade();
}
