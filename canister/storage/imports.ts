import { time } from 'azle';
import type { Archive } from '../../catalog/archives/archive';
import { abandonFirstImport } from '../../catalog/archives/purge';
import {
  type CandidBeginImport,
  type CandidFinishImport,
  type CandidImportStatus,
  type CandidMissingRanges,
  type CandidReplacement,
  optionalNat,
} from '../../src/candid';
import { nativeModule } from '../../src/database';
import type { ArgumentSlice, ImportStatus } from '../../src/native/interface';
import { nanoseconds, wholeNumber } from '../service/arguments';
import { CanisterError } from '../service/error';
import { authorisedArchive, onArchive } from '../service/governed';
import { limitSlotOf } from '../service/limits';
import type { Implementations } from '../service/methods';
import { toVariant } from '../service/names';
import { running } from '../service/service';
import { isVacant } from '../slots/content';
import { openImported } from './importing-archive';
import { releaseSlot } from './purge';
import { assertSize, describeReplacement } from './replacement';
import { freeName } from './snapshots';

export const importsMethods = {
  db_begin_import: beginImport,
  db_import_chunk: importChunk,
  db_import_status: importStatus,
  db_missing_ranges: missingRanges,
  db_verify_import: verifyImport,
  db_finish_import: finishImport,
  db_cancel_import: cancelImport,
} satisfies Implementations;

const DEFAULT_IDLE_SECONDS = 86_400;
const LONGEST_IDLE_SECONDS = 31_536_000;
const SHA256_LENGTH = 32;
const MOST_RANGES = 500;
/** Instructions that a call verifies for when nothing is said: a quarter of what an update may take. */
const DEFAULT_VERIFY_BUDGET = 10_000_000_000n;

/** Opens the staging area beside the live image. */
function beginImport(request: CandidBeginImport): CandidImportStatus {
  const { total_size, sha256, idle_seconds } = request;
  return onArchive('db_begin_import', request.archive, `${total_size} bytes`, (archive) => {
    const size = wholeNumber('total_size', total_size, 0);
    const idle = wholeNumber(
      'idle_seconds',
      idle_seconds[0] ?? DEFAULT_IDLE_SECONDS,
      1,
      LONGEST_IDLE_SECONDS,
    );
    const digest = sha256[0] === undefined ? undefined : digestOf(sha256[0]);
    assertSize(archive, size);
    limitSlotOf(archive);
    withStore(archive, () => nativeModule().beginImport(archive.slot, size, idle, digest));
    return statusOf(archive);
  });
}

/** Gives the archive's slot a store to import into when it has none, because it was lost or cleared. */
function withStore({ slot, generation }: Archive, begin: () => void): void {
  if (!isVacant(slot)) {
    begin();
    return;
  }
  running().handles.create(slot, generation);
  try {
    begin();
  } catch (error) {
    releaseSlot(slot);
    throw error;
  }
}

/** (archive, session, offset, bytes, opt checksum): a chunk. */
function importChunk(): void {
  const [reference, session, offset, chunk, checksum] = nativeModule().receive(
    'text',
    'nat64',
    'nat64',
    'blob',
    'opt text',
  ) as [string, number, number, ArgumentSlice, string | undefined];
  const archive = authorisedArchive('db_import_chunk', reference);
  if (checksum !== undefined && !/^[0-9a-f]{16}$/.test(checksum)) {
    throw new CanisterError(
      'INVALID_ARGUMENT',
      'checksum must be XXH64 (seed 0) of the chunk, as 16 lower-case hexadecimal digits',
    );
  }
  limitSlotOf(archive);
  nativeModule().writeImportChunk(archive.slot, session, offset, chunk, checksum);
  nativeModule().replyNull();
}

function importStatus(reference: string): [] | [CandidImportStatus] {
  const { slot } = authorisedArchive('db_import_status', reference);
  const status = nativeModule().importStatus(slot);
  return status === undefined ? [] : [toCandid(status)];
}

function missingRanges(reference: string, session: bigint, from: bigint, limit: number): CandidMissingRanges {
  const { slot } = authorisedArchive('db_missing_ranges', reference);
  const { ranges, next } = nativeModule().missingImportRanges(
    slot,
    wholeNumber('session', session, 0),
    wholeNumber('from', from, 0),
    wholeNumber('limit', limit, 1, MOST_RANGES),
  );
  return {
    ranges: ranges.map(({ offset, length }) => ({ offset: BigInt(offset), length: BigInt(length) })),
    next: optionalNat(next),
  };
}

/** Goes on with verifying what has arrived. */
function verifyImport(reference: string, session: bigint, [budget]: [] | [bigint]): CandidImportStatus {
  const { slot } = authorisedArchive('db_verify_import', reference);
  const instructions = wholeNumber('instruction_budget', budget ?? DEFAULT_VERIFY_BUDGET, 1);
  return toCandid(nativeModule().verifyImport(slot, wholeNumber('session', session, 0), instructions));
}

/** Switches the verified image in. */
function finishImport(request: CandidFinishImport): CandidReplacement {
  const session = wholeNumber('session', request.session, 0);
  return onArchive('db_finish_import', request.archive, `session ${session}`, (archive) => {
    const { slot } = archive;
    const keepAs = nameForReplaced(archive, request.replaced[0]);
    running().handles.close(slot);
    limitSlotOf(archive);
    nativeModule().switchImport(slot, session, keepAs);
    openImported(archive);
    return describeReplacement(slot, keepAs);
  });
}

/** Gives the staged image up. An archive that waits for its first one has nothing else: it is purged. */
function cancelImport(reference: string, session: bigint): null {
  return onArchive('db_cancel_import', reference, `session ${session}`, (archive) => {
    nativeModule().cancelImport(archive.slot, wholeNumber('session', session, 0));
    if (archive.life.state === 'importing') {
      abandonFirstImport(running().catalog, archive, time());
    }
    return null;
  });
}

/** The snapshot that will keep the replaced image; none where there is nothing to keep. */
function nameForReplaced({ slot }: Archive, replaced: CandidFinishImport['replaced'][0]): string | undefined {
  if (replaced !== undefined) return 'KeepAs' in replaced ? replaced.KeepAs : undefined;
  return (nativeModule().describeSlot(slot)?.logicalSize ?? 0) > 0
    ? freeName(slot, 'before-import')
    : undefined;
}

function digestOf(sha256: Uint8Array | number[]): Uint8Array {
  if (sha256.length !== SHA256_LENGTH) {
    throw new CanisterError(
      'INVALID_ARGUMENT',
      `sha256 must have ${SHA256_LENGTH} bytes, not ${sha256.length}`,
    );
  }
  return Uint8Array.from(sha256);
}

function statusOf({ slot }: Archive): CandidImportStatus {
  return toCandid(nativeModule().importStatus(slot)!);
}

function toCandid(status: ImportStatus): CandidImportStatus {
  return {
    session: BigInt(status.session),
    phase: toVariant(status.phase),
    total: BigInt(status.total),
    received: BigInt(status.received),
    hashed: BigInt(status.hashed),
    check: toVariant(status.check),
    checked_in_part: status.checkedInPart,
    began_at: nanoseconds(status.began),
    expires_at: nanoseconds(status.expires),
    refusal: status.code === undefined ? [] : [{ code: status.code, message: status.reason ?? '' }],
  };
}
