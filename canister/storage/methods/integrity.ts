import { IDL } from 'azle';
import {
  type CandidCheck,
  type CandidCheckReport,
  type CandidChecksum,
  type CandidChecksumProgress,
  type CandidPageChecksumState,
  type CandidPageVerification,
  type CandidResult,
  checkMethods,
  checksumMethods,
} from '../../../src/candid';
import { answer } from '../../service/answer';
import { method } from '../../service/method';
import { check } from '../checks';
import { cancelChecksum, describeChecksum, refreshChecksum } from '../checksums';
import {
  continuePageChecksums,
  describePageChecksums,
  setPageChecksums,
  verifyPages,
} from '../page-checksums';

const signatures = { ...checksumMethods(IDL), ...checkMethods(IDL) };

/** Whether an archive is sound: checksums of images and pages, and SQLite's checks. */
export class IntegrityMethods {
  @method(signatures.db_checksum)
  db_checksum(archive: string): CandidResult<[] | [CandidChecksum]> {
    return answer(() => describeChecksum(archive));
  }

  @method(signatures.db_refresh_checksum)
  db_refresh_checksum(archive: string, pageBudget: number): CandidResult<CandidChecksumProgress> {
    return answer(() => refreshChecksum(archive, pageBudget));
  }

  @method(signatures.db_cancel_checksum)
  db_cancel_checksum(archive: string): CandidResult<null> {
    return answer(() => cancelChecksum(archive));
  }

  @method(signatures.db_page_checksums)
  db_page_checksums(archive: string): CandidResult<CandidPageChecksumState> {
    return answer(() => describePageChecksums(archive));
  }

  @method(signatures.db_set_page_checksums)
  db_set_page_checksums(archive: string, enabled: boolean): CandidResult<CandidPageChecksumState> {
    return answer(() => setPageChecksums(archive, enabled));
  }

  @method(signatures.db_continue_page_checksums)
  db_continue_page_checksums(archive: string, pageBudget: number): CandidResult<CandidPageChecksumState> {
    return answer(() => continuePageChecksums(archive, pageBudget));
  }

  @method(signatures.db_verify_pages)
  db_verify_pages(archive: string, from: bigint, pageBudget: number): CandidResult<CandidPageVerification> {
    return answer(() => verifyPages(archive, from, pageBudget));
  }

  @method(signatures.db_check)
  db_check(request: CandidCheck): CandidResult<CandidCheckReport> {
    return answer(() => check(request));
  }
}
