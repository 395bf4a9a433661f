import { IDL, time } from 'azle';
import {
  archivesMethods,
  type CandidArchive,
  type CandidArchiveDescription,
  type CandidCreateArchive,
  type CandidResult,
} from '../../src/candid';
import { answer } from '../service/answer';
import { method } from '../service/method';
import { createArchive, describeArchive, listArchives } from './archives';

const signatures = archivesMethods(IDL);

/** The life of archives. */
export class ArchivesMethods {
  @method(signatures.create_archive)
  create_archive(request: CandidCreateArchive): CandidResult<CandidArchive> {
    return answer(() => createArchive(request.id, request.owner[0]?.toText(), time()));
  }

  @method(signatures.list_archives)
  list_archives(): CandidResult<CandidArchive[]> {
    return answer(listArchives);
  }

  @method(signatures.describe_archive)
  describe_archive(id: string): CandidResult<CandidArchiveDescription> {
    return answer(() => describeArchive(id));
  }
}
