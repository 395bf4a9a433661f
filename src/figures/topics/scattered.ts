import { optional, type TabulariumService } from '../../candid';
import type { ArchiveClient } from '../../client';
import { unwrap } from '../../client/error';
import type { Installation } from '../../harness';
import type { Actor, ExecutionRecord } from '../../replica';
import { CONTROLLER, installMeasured } from '../canister';
import { atMost, type Figure } from '../figure';
import { CHUNK } from '../storage-canister';

const TOPIC = 'replica';
/**
 * Instructions of a 4 KiB page, fifty times the IC's: each page of the archive costs what fifty pages cost there, so that it stands for an
 * archive of 50,000 pages (195 MiB) that are spread over 3 GiB.
 */
export const SCATTERED_PAGE_PRICE = 250_000;
/** Pages of 4 KiB in the pages of 64 KiB by which memory is charged. */
const NEIGHBOURS = 16;
/** Pages that lie alone, and rows on them. */
export const SCATTERED_PAGES = 1_000;
/** Bytes of a row that leaves no room on its page for another. */
const ROW_BYTES = 3_900;
const ROWS_A_CALL = 4_000;
const SNAPSHOT = 'before';
/** Instructions of a call that verifies, too few for SQLite's check: the structure is walked, and then the table is checked. */
const WALK_BUDGET = 3_000_000_000n;

/** Something that is done to the archive as a whole. */
export interface ScatteredRun {
  readonly name: string;
  /** Instructions of each of its messages, and of the canister's own meanwhile. */
  readonly costs: readonly number[];
  /** Pages of 64 KiB of stable memory that its messages touched, summed up. */
  readonly stablePages: number;
}

/** The largest call of everything that is done to an archive as a whole whose pages lie as badly as possible (issue 10). */
export async function measureScattered(): Promise<Figure[]> {
  const runs = await runScattered();
  return runs.map(({ name, costs }) =>
    atMost(
      TOPIC,
      `scattered pages at 50 times their price, largest call: ${name}`,
      Math.max(...costs),
      20e9,
      'instructions',
    ),
  );
}

/**
 * Does it all to an archive of which each page lies on another 64 KiB page of stable memory, under today's rule.
 *
 * SQL makes the places. A snapshot holds pages that lie one after the other while every sixteenth of them is written anew, elsewhere. With
 * the snapshot go the sixteenth pages that it held: they are all that is free, and an import takes them. What it replaces is given back,
 * so that nothing lies between the pages any more.
 */
export async function runScattered(): Promise<ScatteredRun[]> {
  const canister = await installMeasured(undefined, { rules: '2026-07', pagePrice: SCATTERED_PAGE_PRICE });
  try {
    return await (await ScatteredArchive.create(canister)).runs();
  } finally {
    await canister.pic.tearDown();
  }
}

class ScatteredArchive {
  private readonly service: Actor<TabulariumService>;

  private constructor(
    private readonly canister: Installation,
    private readonly archive: ArchiveClient,
    private readonly image: Uint8Array,
  ) {
    this.service = canister.actor(CONTROLLER);
  }

  /** The archive with the snapshot whose end makes the free places. */
  static async create(canister: Installation): Promise<ScatteredArchive> {
    const source = await createFilled(canister, 'image', SCATTERED_PAGES);
    const image = await source.exportImage();
    const archive = await createFilled(canister, 'scattered', NEIGHBOURS * SCATTERED_PAGES);
    await archive.snapshots.create(SNAPSHOT);
    await archive.execute('UPDATE t SET y = zeroblob(?) WHERE x % ? = 0', ROW_BYTES - 1, NEIGHBOURS);
    return new ScatteredArchive(canister, archive, image);
  }

  async runs(): Promise<ScatteredRun[]> {
    const { archive, service } = this;
    const { snapshots, upkeep } = archive;
    return [
      await this.run('reclaim of a snapshot', () => snapshots.delete(SNAPSHOT)),
      await this.run('import checked by SQLite', async () => {
        await archive.cancelImport(await this.verifyImport());
        await snapshots.reclaim();
      }),
      await this.run('import whose structure is walked', async () => {
        const session = await this.verifyImport(WALK_BUDGET);
        const replaced: [{ Discard: null }] = [{ Discard: null }];
        unwrap(await service.db_finish_import({ archive: archive.id, session, replaced }));
        await snapshots.reclaim();
      }),
      await this.run('export', () => this.expectImage()),
      await this.run('checksum', async () => {
        // A call that may pass all of so small an archive does, and a refresh that was begun goes on in steps.
        unwrap(await service.db_refresh_checksum(archive.id, 1));
        await upkeep.refreshChecksum();
      }),
      await this.run('page checksums made', () => upkeep.setPageChecksums(true)),
      await this.run('page checksums verified', () => upkeep.verifyPages()),
      await this.run('quick check', () => upkeep.check('quick')),
      await this.run('fork', () => archive.fork('copy')),
      await this.run('compaction', async () => {
        await upkeep.compact();
        await this.expectImage();
      }),
    ];
  }

  private async run(name: string, work: () => Promise<unknown>): Promise<ScatteredRun> {
    const before = this.canister.inspect.executions.length;
    await work();
    const ran: readonly ExecutionRecord[] = this.canister.inspect.executions.slice(before);
    return {
      name,
      costs: ran.map(({ chargedInstructions }) => chargedInstructions),
      stablePages: ran.reduce((sum, { touched }) => sum + touched.stableAccessed, 0),
    };
  }

  /** Sends an image and has it verified; by calls of a budget, if one is given, up to its tables. Returns the import's session. */
  private async verifyImport(budget?: bigint): Promise<bigint> {
    const { service, image } = this;
    const { id } = this.archive;
    const begun = await service.db_begin_import({
      archive: id,
      total_size: BigInt(image.length),
      sha256: [],
      idle_seconds: [],
    });
    const { session } = unwrap(begun);
    for (let offset = 0; offset < image.length; offset += CHUNK) {
      const bytes = image.subarray(offset, offset + CHUNK);
      unwrap(await service.db_import_chunk(id, session, BigInt(offset), bytes, []));
    }
    let verifying = optional(budget);
    for (;;) {
      const { phase, check } = unwrap(await service.db_verify_import(id, session, verifying));
      if ('Verified' in phase) return session;
      if ('Tables' in check) verifying = [];
    }
  }

  private async expectImage(): Promise<void> {
    if (Buffer.compare(await this.archive.exportImage({ chunkBytes: CHUNK }), this.image) !== 0)
      throw new Error('the image is another');
  }
}

/** An archive of rows of a page each, which lie in their order. */
async function createFilled(canister: Installation, id: string, rows: number): Promise<ArchiveClient> {
  await canister.client().createArchive(id);
  const archive = canister.client().archive(id);
  await archive.execute('CREATE TABLE t(x INTEGER PRIMARY KEY, y)');
  for (let first = 1; first <= rows; first += ROWS_A_CALL) {
    await archive.execute(
      `WITH RECURSIVE n(i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n LIMIT ?2)
       INSERT INTO t SELECT i, zeroblob(${ROW_BYTES}) FROM n`,
      first,
      Math.min(ROWS_A_CALL, rows - first + 1),
    );
  }
  return archive;
}
