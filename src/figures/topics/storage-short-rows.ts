import { atMost, type Figure } from '../figure';
import { IntegerImage } from '../integer-image';
import { CHUNK, StorageCanister } from '../storage-canister';

const TOPIC = 'storage';
const SLOT = 120;
/** A GiB in pages of 4,096 bytes. */
const LARGE_PAGES = 262_144;
/** What each call that verifies is given at most. */
const VERIFY_BUDGET = 10e9;
/** For a byte of the image, less than SQLite's own check takes: the structure is walked whatever the size. */
const BUDGET_OF_A_BYTE = 20;
const LIMIT = 20e9;

/**
 * The import of an image of the shortest rows, which SQLite's check does not fit a call at full size: what the walk over its
 * structure costs, and the largest call.
 */
export async function measureShortRows(pages = LARGE_PAGES): Promise<Figure[]> {
  const canister = await StorageCanister.install();
  const { actor } = canister;
  const image = new IntegerImage(pages);
  await actor.create(SLOT);
  const session = await actor.begin_import(SLOT, BigInt(image.size), new Uint8Array(0));
  for (let offset = 0; offset < image.size; offset += CHUNK) {
    await actor.import_chunk(SLOT, session, BigInt(offset), image.chunk(offset, CHUNK));
  }
  const walkBudget = Math.min(VERIFY_BUDGET, image.size * BUDGET_OF_A_BYTE);
  let [phase, check] = ['receiving', 'whole'];
  let walk = 0;
  while (phase !== 'verified') {
    const before = check;
    const budget = check === 'tables' ? VERIFY_BUDGET : walkBudget;
    [phase, check] = await actor.verify_import(SLOT, session, BigInt(budget));
    if (before === 'trees') walk += canister.executions('verify_import').at(-1)!.work;
  }
  await actor.switch_import(SLOT, session);
  const mebibytes = Math.round(image.size / 2 ** 20);
  const largest = canister.largest('begin_import', 'import_chunk', 'verify_import', 'switch_import');
  await canister.pic.tearDown();
  const about = `${mebibytes} MiB of nothing but integers, import`;
  return [
    atMost(TOPIC, `${about}: walk over its structure`, walk / image.size, 20, 'instructions a byte'),
    atMost(TOPIC, `${about}: largest call`, largest, LIMIT, 'instructions'),
  ];
}
