import {
  type CandidImportStatus,
  type CandidMissingRanges,
  type CandidReplacedImage,
  type CandidReplacement,
  optional,
  type TabulariumService,
} from '../../candid';
import { TabulariumError, unwrap } from '../error';
import { requireOptions } from '../options';
import {
  type ByteRange,
  CHUNK_BYTES,
  chunksOf,
  DEFAULT_CONCURRENCY,
  moveAll,
  type Progress,
} from './transfer';

/** How an image is sent. */
export interface SendOptions {
  readonly progress?: Progress;
  /** Bytes a call, below the 2 MiB of an ingress message. */
  readonly chunkBytes?: number;
  /** Calls under way at once. */
  readonly concurrency?: number;
}

export interface ImportOptions extends SendOptions {
  /** Name of the snapshot that keeps the replaced image, `false` to keep none; named after its transaction by default. */
  readonly keepAs?: string | false;
  /** Takes up an import that was begun before, by its session: only what is missing is sent. */
  readonly session?: bigint;
  /** The import is given up when no call comes for so long; a day when nothing is said. */
  readonly idleSeconds?: number;
  /** Whether the canister compares the image's SHA-256 with the one computed here, for about 70 instructions a byte. */
  readonly verifyHash?: boolean;
  /** Called while the canister verifies, with the bytes that it has hashed. */
  readonly verifying?: Progress;
}

/** The archive after an import. */
export interface ImportOutcome extends CandidReplacement {
  /** Tables too large for a call, of which the structure was checked and not that the rows are as declared. */
  readonly checked_in_part: number;
}

/**
 * An import was interrupted: by a call that did not get through, or a callback that threw, which is the `cause`. What has
 * arrived stays until the import expires.
 */
export class ImportInterrupted extends Error {
  override readonly name = 'ImportInterrupted';
  /** Takes the import up again: `importImage(image, { session })` sends what is missing. */
  readonly session: bigint;

  constructor(session: bigint, cause: unknown) {
    super(`the import was interrupted; take it up by its session ${session}`, { cause });
    this.session = session;
  }
}

const NAMES = [
  'progress',
  'chunkBytes',
  'concurrency',
  'keepAs',
  'session',
  'idleSeconds',
  'verifyHash',
  'verifying',
];
/** Missing ranges that are asked for at once. */
const RANGES = 500;
/** Rounds of sending what is missing, before an import that gets nowhere is given up. */
const ROUNDS = 3;

/**
 * Replaces the archive by a SQLite file: begins or takes up a session, sends what is missing, has the canister verify it
 * and switches it in. The archive keeps its content until then. An import that this call began is cancelled when the
 * canister refuses it, unless the archive waits for its first image, with which it would be purged.
 *
 * @throws {TabulariumError} what the canister refused first, whatever becomes of the cancel
 * @throws {ImportInterrupted} for whatever else ended it
 */
export async function importImage(
  service: TabulariumService,
  archive: string,
  image: Uint8Array,
  options: ImportOptions,
): Promise<ImportOutcome> {
  requireOptions(options, NAMES);
  const session = options.session ?? (await begin(service, archive, image, options)).session;
  try {
    await send(service, archive, session, image, options);
    const { checked_in_part } = await verify(service, archive, session, options.verifying);
    const replaced = replacedImage(options.keepAs);
    const replacement = unwrap(await service.db_finish_import({ archive, session, replaced }));
    return { ...replacement, checked_in_part };
  } catch (error) {
    if (!(error instanceof TabulariumError)) throw new ImportInterrupted(session, error);
    // One that cannot be cancelled now expires.
    if (options.session === undefined) await cancelReplacing(service, archive, session).catch(() => {});
    throw error;
  }
}

/** Cancels an import, but for that of a first image. */
async function cancelReplacing(service: TabulariumService, archive: string, session: bigint): Promise<void> {
  const { state } = unwrap(await service.describe_archive(archive)).archive;
  if (!('Importing' in state)) await service.db_cancel_import(archive, session);
}

async function begin(
  service: TabulariumService,
  archive: string,
  image: Uint8Array,
  { idleSeconds, verifyHash = true }: ImportOptions,
): Promise<CandidImportStatus> {
  const reply = await service.db_begin_import({
    archive,
    total_size: BigInt(image.length),
    sha256: verifyHash ? [await sha256(image)] : [],
    idle_seconds: optional(idleSeconds),
  });
  return unwrap(reply);
}

/** Sends until nothing is missing: a round finds out what the one before did not bring. A refusal ends it at once. */
async function send(
  service: TabulariumService,
  archive: string,
  session: bigint,
  image: Uint8Array,
  options: SendOptions,
): Promise<void> {
  for (let round = 1; ; round++) {
    const missing = await missingRanges(service, archive, session);
    if (missing.length === 0) return;
    try {
      await sendRanges(service, archive, session, image, missing, options);
    } catch (error) {
      if (round === ROUNDS || error instanceof TabulariumError) throw error;
    }
  }
}

async function sendRanges(
  service: TabulariumService,
  archive: string,
  session: bigint,
  image: Uint8Array,
  ranges: readonly ByteRange[],
  { chunkBytes = CHUNK_BYTES, concurrency = DEFAULT_CONCURRENCY, progress }: SendOptions,
): Promise<void> {
  let done = image.length - ranges.reduce((sum, { length }) => sum + length, 0);
  await moveAll(chunksOf(ranges, chunkBytes), concurrency, async ({ offset, length }) => {
    const bytes = image.subarray(offset, offset + length);
    unwrap(await service.db_import_chunk(archive, session, BigInt(offset), bytes, []));
    done += length;
    progress?.(done, image.length);
  });
}

async function missingRanges(
  service: TabulariumService,
  archive: string,
  session: bigint,
): Promise<ByteRange[]> {
  const ranges: ByteRange[] = [];
  let from: bigint | undefined = 0n;
  while (from !== undefined) {
    const page: CandidMissingRanges = unwrap(await service.db_missing_ranges(archive, session, from, RANGES));
    ranges.push(
      ...page.ranges.map(({ offset, length }) => ({ offset: Number(offset), length: Number(length) })),
    );
    from = page.next[0];
  }
  return ranges;
}

async function verify(
  service: TabulariumService,
  archive: string,
  session: bigint,
  progress: Progress | undefined,
): Promise<CandidImportStatus> {
  for (;;) {
    const status = unwrap(await service.db_verify_import(archive, session, []));
    progress?.(Number(status.hashed), Number(status.total));
    if ('Verified' in status.phase) return status;
  }
}

function replacedImage(keepAs: string | false | undefined): [] | [CandidReplacedImage] {
  if (keepAs === undefined) return [];
  return keepAs === false ? [{ Discard: null }] : [{ KeepAs: keepAs }];
}

async function sha256(image: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', image as Uint8Array<ArrayBuffer>));
}
