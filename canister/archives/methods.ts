import type { Principal } from '@dfinity/principal';
import { IDL } from 'azle';
import {
  archivesMethods,
  type CandidArchive,
  type CandidArchiveAccess,
  type CandidArchiveDescription,
  type CandidArchiveFilter,
  type CandidArchiveLimits,
  type CandidArchivePage,
  type CandidArchiveSettings,
  type CandidBlockedUse,
  type CandidCreateArchive,
  type CandidLabel,
  type CandidResult,
} from '../../src/candid';
import { answer } from '../service/answer';
import { method } from '../service/method';
import {
  blockArchive,
  configureArchive,
  limitArchive,
  setArchiveAccess,
  setArchiveLabels,
  setArchiveOwner,
  unblockArchive,
} from './changes';
import { createArchive } from './creation';
import { describeArchive } from './description';
import { deleteArchive, liftQuarantine, quarantineArchive, recoverArchive, renameArchive } from './life';
import { listArchives } from './listing';
import { purgeArchive } from './purge';

const signatures = archivesMethods(IDL);

type Changed = CandidResult<CandidArchive>;

/** The life of archives, who may use them, and their settings. */
export class ArchivesMethods {
  @method(signatures.create_archive)
  create_archive(request: CandidCreateArchive): Changed {
    return answer(() => createArchive(request));
  }

  @method(signatures.list_archives)
  list_archives([filter]: [] | [CandidArchiveFilter]): CandidResult<CandidArchivePage> {
    return answer(() => listArchives(filter));
  }

  @method(signatures.describe_archive)
  describe_archive(archive: string): CandidResult<CandidArchiveDescription> {
    return answer(() => describeArchive(archive));
  }

  @method(signatures.rename_archive)
  rename_archive(archive: string, id: string): Changed {
    return answer(() => renameArchive(archive, id));
  }

  @method(signatures.delete_archive)
  delete_archive(archive: string): Changed {
    return answer(() => deleteArchive(archive));
  }

  @method(signatures.recover_archive)
  recover_archive(archive: string, [id]: [] | [string]): Changed {
    return answer(() => recoverArchive(archive, id));
  }

  @method(signatures.purge_archive)
  purge_archive(archive: string): CandidResult<boolean> {
    return answer(() => purgeArchive(archive));
  }

  @method(signatures.set_archive_owner)
  set_archive_owner(archive: string, owner: Principal): Changed {
    return answer(() => setArchiveOwner(archive, owner));
  }

  @method(signatures.set_archive_access)
  set_archive_access(archive: string, access: CandidArchiveAccess): Changed {
    return answer(() => setArchiveAccess(archive, access));
  }

  @method(signatures.set_archive_labels)
  set_archive_labels(archive: string, labels: CandidLabel[]): Changed {
    return answer(() => setArchiveLabels(archive, labels));
  }

  @method(signatures.configure_archive)
  configure_archive(archive: string, settings: CandidArchiveSettings): Changed {
    return answer(() => configureArchive(archive, settings));
  }

  @method(signatures.limit_archive)
  limit_archive(archive: string, limits: CandidArchiveLimits): Changed {
    return answer(() => limitArchive(archive, limits));
  }

  @method(signatures.block_archive)
  block_archive(archive: string, use: CandidBlockedUse, reason: string): Changed {
    return answer(() => blockArchive(archive, use, reason));
  }

  @method(signatures.unblock_archive)
  unblock_archive(archive: string, use: CandidBlockedUse): Changed {
    return answer(() => unblockArchive(archive, use));
  }

  @method(signatures.quarantine_archive)
  quarantine_archive(archive: string, reason: string): Changed {
    return answer(() => quarantineArchive(archive, reason));
  }

  @method(signatures.lift_quarantine)
  lift_quarantine(archive: string): Changed {
    return answer(() => liftQuarantine(archive));
  }
}
