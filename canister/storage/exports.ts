import { type CandidBeginExport, type CandidExport, optional } from '../../src/candid';
import { nativeModule } from '../../src/database';
import type { KeptImage } from '../../src/native/interface';
import { nanoseconds, wholeNumber } from '../service/arguments';
import { CanisterError } from '../service/error';
import { authorisedArchive, onArchive } from '../service/governed';
import { limitSlotOf } from '../service/limits';
import type { Implementations } from '../service/methods';
import { toVariant } from '../service/names';
import { reclaimSome } from './reclaim';
import { snapshotNamed } from './snapshots';

export const exportsMethods = {
  db_begin_export: beginExport,
  db_export_chunk: exportChunk,
  db_end_export: endExport,
  db_list_exports: listExports,
} satisfies Implementations;

const DEFAULT_LIFETIME_SECONDS = 3_600;
const LONGEST_LIFETIME_SECONDS = 30 * 86_400;
/** More than any reply holds, and what native code counts bytes with. */
const LONGEST_CHUNK = 2 ** 31 - 1;

/** Pins the live image, or that of a snapshot, until the export is ended or its time is over. */
function beginExport(request: CandidBeginExport): CandidExport {
  const [snapshot] = request.snapshot;
  const [seconds = DEFAULT_LIFETIME_SECONDS] = request.lifetime_seconds;
  const what = snapshot === undefined ? 'the live image' : `the snapshot '${snapshot}'`;
  return onArchive('db_begin_export', request.archive, what, (archive) => {
    const lifetime = wholeNumber('lifetime_seconds', seconds, 1, LONGEST_LIFETIME_SECONDS);
    const image = snapshot === undefined ? undefined : snapshotNamed(archive, snapshot).id;
    // Room that others' expired exports take.
    reclaimSome(archive.slot);
    limitSlotOf(archive);
    return toCandid(nativeModule().beginExport(archive.slot, lifetime, image));
  });
}

/** (archive, token, offset, length): bytes of a pinned image. */
function exportChunk(): void {
  const [archive, token, offset, length] = nativeModule().receive('text', 'nat64', 'nat64', 'nat32') as [
    string,
    number,
    number,
    number,
  ];
  const { slot } = authorisedArchive('db_export_chunk', archive);
  nativeModule().replyExportChunk(slot, token, offset, Math.min(length, LONGEST_CHUNK));
}

/** Unpins an export's image. Those of forks and checksums end with what they are for. */
function endExport(reference: string, token: bigint): null {
  const { slot } = authorisedArchive('db_end_export', reference);
  const number = wholeNumber('token', token, 0);
  const pin = nativeModule()
    .listExports(slot)
    .find(({ id }) => id === number);
  if (pin !== undefined && pin.origin !== 'export') {
    throw new CanisterError(
      'PIN_IN_USE',
      pin.origin === 'fork'
        ? `a fork is copying image ${number}: finish or cancel the fork`
        : `a refresh of the checksum is reading image ${number}: finish or cancel the refresh`,
    );
  }
  nativeModule().endExport(slot, number);
  reclaimSome(slot);
  return null;
}

function listExports(reference: string): CandidExport[] {
  const { slot } = authorisedArchive('db_list_exports', reference);
  return nativeModule().listExports(slot).map(toCandid);
}

function toCandid(image: KeptImage): CandidExport {
  return {
    token: BigInt(image.id),
    purpose: toVariant(purposeOf(image)),
    size: BigInt(image.logicalSize),
    page_size: image.pageSize,
    transaction_id: BigInt(image.transactionId),
    checksum: optional(image.checksum),
    began_at: nanoseconds(image.createdAt),
    expires_at: image.expiresAt === undefined ? [] : [nanoseconds(image.expiresAt)],
  };
}

/** Snapshots have other origins; exports do not list them. */
function purposeOf({ origin }: KeptImage): 'export' | 'fork' | 'check' {
  return origin === 'fork' || origin === 'check' ? origin : 'export';
}
