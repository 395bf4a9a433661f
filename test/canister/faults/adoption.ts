import { expect } from 'vitest';
import { fnv64, writeInPlace, writeSegmented } from '../../native/adoption/foreign-images';
import { mount, mountedFile } from '../../native/adoption/mounted';
import { randomFile } from '../../native/adoption/sqlite-file';
import { readVirtualMemory } from '../../native/storage/manager-image';
import { ALICE, InstalledTabularium } from '../../support/tabularium';
import { type Changes, type Scene, serviceOf, type Walk, walkOf } from './walk';

const SLOT = 120;
const BUDGET = 7;

const file = randomFile({ pageSize: 16_384, pages: 12, seed: 21 });

/** Who wrote what lies in the slot. */
const WRITERS: Readonly<Record<string, () => Uint8Array>> = {
  'ic-sqlite-vfs, layout 6': () => writeSegmented(file, { checksum: fnv64(file) }),
  'ic-sqlite-vfs, layout 8': () => writeInPlace(file, { flags: 2 }),
  'ic-rusqlite': () => mountedFile(file),
};

const OF_A_FOREIGN_SLOT: Changes<Scene> = {
  adopt_slot: (scene) => serviceOf(scene).adopt_slot({ slot: SLOT, id: 'adopted', owner: [ALICE] }),
};
const OF_AN_ADOPTION: Changes<Scene> = {
  'db_continue_adoption, a part': (scene) => serviceOf(scene).db_continue_adoption('adopted', BUDGET),
  'db_continue_adoption, to its end': (scene) => serviceOf(scene).db_continue_adoption('adopted', 1_000),
  db_cancel_adoption: (scene) => serviceOf(scene).db_cancel_adoption('adopted'),
};

/** The adoption of what each of others' layouts left in a slot. */
export const adoptions: readonly Walk[] = Object.entries(WRITERS).flatMap(([writer, write]) => [
  walkOf(`a slot of ${writer}`, () => setSlot(write()), OF_A_FOREIGN_SLOT),
  walkOf(
    `an adoption from ${writer}`,
    () =>
      setSlot(
        write(),
        (scene) => OF_A_FOREIGN_SLOT.adopt_slot!(scene),
        OF_AN_ADOPTION['db_continue_adoption, a part'],
      ),
    OF_AN_ADOPTION,
  ),
]);

/** A canister over the slot's memory, after some steps. */
async function setSlot(memory: Uint8Array, ...done: (Changes<Scene>[string] | undefined)[]): Promise<Scene> {
  const canister = await InstalledTabularium.over(mount({ [SLOT]: memory }, 1));
  const expectToWork = () => expectForeignBytesOrArchive(canister, memory);
  const scene = { canister, restart: async () => {}, expectToWork };
  for (const step of done) expect(await step?.(scene)).toHaveProperty('ok');
  await canister.pic.tick(4);
  return { ...scene, restart: await canister.checkpoint() };
}

/** The slot holds its old bytes as long as no archive has taken their place; then the archive is what they were. */
async function expectForeignBytesOrArchive(canister: InstalledTabularium, memory: Uint8Array): Promise<void> {
  const adopted = (await canister.client().listArchives()).find(({ id }) => id === 'adopted');
  if (adopted !== undefined && 'Active' in adopted.state) {
    const image = await canister.client().archive('adopted').exportImage();
    expect(Buffer.compare(image, file)).toBe(0);
    return;
  }
  const { inspect } = canister;
  const bytes = readVirtualMemory(inspect.readStable(0, inspect.stableBytes), SLOT);
  expect(Buffer.compare(bytes, memory)).toBe(0);
}
