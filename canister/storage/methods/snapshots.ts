import { IDL } from 'azle';
import {
  type CandidDamagedImage,
  type CandidReclaim,
  type CandidReplacement,
  type CandidRestoreSnapshot,
  type CandidResult,
  type CandidSnapshot,
  type CandidSnapshotMeasure,
  snapshotMethods,
} from '../../../src/candid';
import { answer } from '../../service/answer';
import { method } from '../../service/method';
import { damagedImages, reclaim } from '../reclaim';
import {
  createSnapshot,
  deleteSnapshot,
  listSnapshots,
  measureSnapshot,
  restoreSnapshot,
} from '../snapshots';

const signatures = snapshotMethods(IDL);

/** Images that are kept beside the live one. */
export class SnapshotMethods {
  @method(signatures.db_create_snapshot)
  db_create_snapshot(archive: string, name: string): CandidResult<CandidSnapshot> {
    return answer(() => createSnapshot(archive, name));
  }

  @method(signatures.db_list_snapshots)
  db_list_snapshots(archive: string): CandidResult<CandidSnapshot[]> {
    return answer(() => listSnapshots(archive));
  }

  @method(signatures.db_measure_snapshot)
  db_measure_snapshot(
    archive: string,
    snapshot: string,
    from: number,
    segments: number,
  ): CandidResult<CandidSnapshotMeasure> {
    return answer(() => measureSnapshot(archive, snapshot, from, segments));
  }

  @method(signatures.db_restore_snapshot)
  db_restore_snapshot(request: CandidRestoreSnapshot): CandidResult<CandidReplacement> {
    return answer(() => restoreSnapshot(request));
  }

  @method(signatures.db_delete_snapshot)
  db_delete_snapshot(archive: string, snapshot: string): CandidResult<CandidReclaim> {
    return answer(() => deleteSnapshot(archive, snapshot));
  }

  @method(signatures.db_reclaim)
  db_reclaim(archive: string, pageBudget: number): CandidResult<CandidReclaim> {
    return answer(() => reclaim(archive, pageBudget));
  }

  @method(signatures.db_damaged_images)
  db_damaged_images(archive: string): CandidResult<CandidDamagedImage[]> {
    return answer(() => damagedImages(archive));
  }
}
