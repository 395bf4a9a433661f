import { expect } from 'vitest';
import { AdoptionHost, SLOT, WORKSPACE } from '../../adoption/adoption-host';
import { fnv64, writeSegmented } from '../../adoption/foreign-images';
import { mount } from '../../adoption/mounted';
import { randomFile } from '../../adoption/sqlite-file';
import { checkManager } from '../../storage/manager-image';
import { checkConservation, readStoredImage } from '../../storage/store-image';
import type { Golden } from '../golden-file';

const NOW = 1_700_000_000_000_000_000n;
/** Each page but the first is full of its number. */
const file = randomFile({ pageSize: 4096, pages: 40, seed: 19 });
for (let page = 1; page < 40; page++) file.fill(page, page * 4096, (page + 1) * 4096);

/** An adoption that an upgrade interrupts, a page into the image's second half. */
export const adoption: Golden = {
  name: 'adoption-v1',
  reproducible: true,

  async write() {
    const former = writeSegmented(file, { transactionId: 5, checksum: fnv64(file) });
    const host = await AdoptionHost.start(mount({ [SLOT]: former }), NOW);
    host.native.beginAdoption(SLOT, 3);
    host.native.continueAdoption(SLOT, 21);
    return host.bytes();
  },

  async read(stable) {
    const host = await AdoptionHost.start(stable);
    checkConservation(host.memory(WORKSPACE));
    expect(host.native.adoptionProgress()).toEqual({
      memoryId: SLOT,
      copied: 21 * 4096,
      total: file.length,
      complete: false,
    });
    await host.adopt(100);
    expect(Buffer.compare(readStoredImage(host.memory(SLOT)), file)).toBe(0);
    expect(host.native.describeSlot(SLOT)).toMatchObject({ generation: 3, transactionId: 5 });
    checkManager(host.bytes());
    checkConservation(host.memory(SLOT));
  },
};
