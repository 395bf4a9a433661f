import { type CandidExport, optional, type TabulariumService } from '../../candid';
import { unwrap } from '../error';
import { requireOptions } from '../options';
import {
  type ByteRange,
  CHUNK_BYTES,
  chunksOf,
  DEFAULT_CONCURRENCY,
  moveAll,
  type Progress,
} from './transfer';

/** How an export is begun. */
export interface BeginExportOptions {
  /** The live image unless a snapshot is named. */
  readonly snapshot?: string;
  /** How long the image stays pinned unless the export is ended; an hour when nothing is said. */
  readonly lifetimeSeconds?: number;
}

/** How an image is read. */
export interface ReadOptions {
  readonly progress?: Progress;
  /** Bytes a call, up to what a reply holds. */
  readonly chunkBytes?: number;
  /** Calls under way at once. */
  readonly concurrency?: number;
}

export type ExportOptions = BeginExportOptions & ReadOptions;

const BEGIN_OPTIONS = ['snapshot', 'lifetimeSeconds'];
const READ_OPTIONS = ['progress', 'chunkBytes', 'concurrency'];

/** An image that is pinned in the canister. It can be read in any order, and again, until it is ended or expires. */
export class PinnedExport {
  readonly #service: TabulariumService;
  readonly #archive: string;
  readonly description: CandidExport;

  constructor(service: TabulariumService, archive: string, description: CandidExport) {
    this.#service = service;
    this.#archive = archive;
    this.description = description;
  }

  /** Number by which the export can be taken up again, by this client or another. */
  get token(): bigint {
    return this.description.token;
  }

  /** Bytes of the SQLite image. */
  get size(): number {
    return Number(this.description.size);
  }

  /** Bytes from an offset on, fewer at the image's end. */
  async readChunk(offset: number, length: number): Promise<Uint8Array> {
    const reply = await this.#service.db_export_chunk(this.#archive, this.token, BigInt(offset), length);
    const bytes = unwrap(reply);
    return bytes instanceof Uint8Array ? bytes : Uint8Array.from(bytes);
  }

  /** Hands every part of the ranges to `take`, in no particular order; of the whole image unless ranges are given. */
  async readInto(
    take: (offset: number, bytes: Uint8Array) => void | Promise<void>,
    options: ReadOptions = {},
    ranges: readonly ByteRange[] = [{ offset: 0, length: this.size }],
  ): Promise<void> {
    const total = ranges.reduce((sum, { length }) => sum + length, 0);
    let done = 0;
    const { chunkBytes = CHUNK_BYTES, concurrency = DEFAULT_CONCURRENCY, progress } = options;
    await moveAll(chunksOf(ranges, chunkBytes), concurrency, async ({ offset, length }) => {
      const bytes = await this.readChunk(offset, length);
      await take(offset, bytes);
      done += bytes.length;
      progress?.(done, total);
    });
  }

  /** The whole SQLite file. */
  async readAll(options: ReadOptions = {}): Promise<Uint8Array> {
    const image = new Uint8Array(this.size);
    await this.readInto((offset, bytes) => image.set(bytes, offset), options);
    return image;
  }

  /** Unpins the image. */
  async end(): Promise<void> {
    unwrap(await this.#service.db_end_export(this.#archive, this.token));
  }
}

export async function beginExport(
  service: TabulariumService,
  archive: string,
  options: BeginExportOptions,
): Promise<PinnedExport> {
  requireOptions(options, BEGIN_OPTIONS);
  return pin(service, archive, options);
}

async function pin(
  service: TabulariumService,
  archive: string,
  { snapshot, lifetimeSeconds }: BeginExportOptions,
): Promise<PinnedExport> {
  const reply = await service.db_begin_export({
    archive,
    snapshot: optional(snapshot),
    lifetime_seconds: optional(lifetimeSeconds),
  });
  return new PinnedExport(service, archive, unwrap(reply));
}

/** Begins, reads all, ends. What the reading failed with is what is thrown, whatever becomes of the end. */
export async function exportImage(
  service: TabulariumService,
  archive: string,
  options: ExportOptions,
): Promise<Uint8Array> {
  requireOptions(options, [...BEGIN_OPTIONS, ...READ_OPTIONS]);
  const pinned = await pin(service, archive, options);
  let image: Uint8Array;
  try {
    image = await pinned.readAll(options);
  } catch (error) {
    // An export that cannot be ended now expires.
    await pinned.end().catch(() => {});
    throw error;
  }
  await pinned.end();
  return image;
}
