import { atMost, type Figure } from '../figure';
import { StorageCanister } from '../storage-canister';
import { LARGE_ROWS } from './storage';

const TOPIC = 'storage';
const SLOT = 120;
const LIMIT = 20e9;
/** What each call that verifies an import is given. */
const VERIFY_BUDGET = 10e9;
/** Pages that each call of the other operations is given: 256 MiB. */
const PAGES = 65_536;

/**
 * The largest call of everything that an archive goes through as a whole, from its export to the compaction of what an
 * import of it replaced. What comes out at the end is what went in, by SHA-256.
 * @param rows of about a kilobyte each
 */
export async function measureStorageLife(rows = LARGE_ROWS): Promise<Figure[]> {
  const canister = await StorageCanister.install();
  const { actor } = canister;
  await canister.createArchive(SLOT, rows);
  const [snapshot] = await actor.create_snapshot(SLOT, 'before');
  const token = await actor.begin_export(SLOT);
  const size = Number(await actor.size(SLOT));
  const digest = await canister.digest(SLOT, token, size);
  while (!(await actor.refresh_checksum(SLOT, PAGES)));

  // Into the archive itself, so that as much is replaced as is imported.
  await canister.import({ slot: SLOT, token, size }, SLOT, digest, VERIFY_BUDGET);
  await actor.end_export(SLOT, token);
  await actor.delete_snapshot(SLOT, snapshot);
  while (!(await actor.reclaim_import(SLOT, PAGES)));
  while (!(await actor.reclaim_images(SLOT, PAGES)));
  const before = canister.stableBytes;
  while (!(await actor.compact(SLOT, PAGES)));

  const again = await actor.begin_export(SLOT);
  const after = await canister.digest(SLOT, again, size);
  const changed = after.filter((byte, index) => byte !== digest[index]).length;
  const mebibytes = Math.round(size / 2 ** 20);
  const largest = (name: string, ...methods: string[]) =>
    atMost(
      TOPIC,
      `${mebibytes} MiB, largest call: ${name}`,
      canister.largest(...methods),
      LIMIT,
      'instructions',
    );
  const figures = [
    largest('import', 'begin_import', 'import_chunk', 'verify_import', 'switch_import', 'reclaim_import'),
    largest('export', 'begin_export', 'export_chunk', 'end_export'),
    largest('checksum', 'refresh_checksum'),
    largest('snapshot', 'create_snapshot', 'delete_snapshot', 'reclaim_images'),
    largest('compaction', 'compact'),
    atMost(
      TOPIC,
      `${mebibytes} MiB, exported, imported, compacted, exported: bytes of SHA-256 that differ`,
      changed,
      0,
      'bytes',
    ),
    atMost(
      TOPIC,
      `${mebibytes} MiB, stable memory that compaction took`,
      canister.stableBytes - before,
      0,
      'bytes',
    ),
  ];
  await canister.pic.tearDown();
  return figures;
}
