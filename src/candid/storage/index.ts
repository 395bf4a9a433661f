import type { IdlModule } from '../idl';
import { type AdoptionService, adoptionMethods } from './adoption';
import { type CheckService, checkMethods } from './checks';
import { type ChecksumService, checksumMethods } from './checksums';
import { type ExportService, exportMethods } from './exports';
import { type ForkService, forkMethods } from './forks';
import { type ImportService, importMethods } from './imports';
import { type SnapshotService, snapshotMethods } from './snapshots';
import { type SpaceService, spaceMethods } from './space';

export type {
  AdoptionService,
  CandidAdoptionProgress,
  CandidAdoptSlot,
  CandidSlotContent,
  CandidSlotKind,
  CandidVerification,
} from './adoption';
export type {
  CandidCheck,
  CandidCheckFinding,
  CandidCheckKind,
  CandidCheckReport,
  CheckService,
} from './checks';
export type {
  CandidChecksum,
  CandidChecksumProgress,
  CandidPageChecksumState,
  CandidPageVerification,
  ChecksumService,
} from './checksums';
export type { CandidBeginExport, CandidExport, CandidPinPurpose, ExportService } from './exports';
export type { CandidBeginFork, CandidForkProgress, ForkService } from './forks';
export type {
  CandidBeginImport,
  CandidByteRange,
  CandidFinishImport,
  CandidImportCheck,
  CandidImportPhase,
  CandidImportStatus,
  CandidMissingRanges,
  CandidReplacedImage,
  CandidReplacement,
  ImportService,
} from './imports';
export type {
  CandidDamagedImage,
  CandidReclaim,
  CandidRestoreSnapshot,
  CandidSnapshot,
  CandidSnapshotMeasure,
  CandidSnapshotOrigin,
  SnapshotService,
} from './snapshots';
export type { CandidArchiveSpace, CandidCompaction, CandidSlotSpace, SpaceService } from './space';
export {
  adoptionMethods,
  checkMethods,
  checksumMethods,
  exportMethods,
  forkMethods,
  importMethods,
  snapshotMethods,
  spaceMethods,
};

/** Archives as SQLite images: what goes in and out, what is kept, the room that it takes, and whether it is sound. */
export interface StorageService
  extends ExportService,
    ImportService,
    SnapshotService,
    ForkService,
    SpaceService,
    ChecksumService,
    CheckService,
    AdoptionService {}

export function storageMethods(IDL: IdlModule) {
  return {
    ...exportMethods(IDL),
    ...importMethods(IDL),
    ...snapshotMethods(IDL),
    ...forkMethods(IDL),
    ...spaceMethods(IDL),
    ...checksumMethods(IDL),
    ...checkMethods(IDL),
    ...adoptionMethods(IDL),
  };
}
