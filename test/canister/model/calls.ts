import type {
  CandidArchive,
  CandidArchiveAccess,
  CandidArchiveDescription,
  CandidArchiveSettings,
  CandidResult,
  TabulariumService,
} from '../../../src/candid';
import { createArchiveRequest } from '../../../src/client';
import { type CreateRequest, type Request, WINDOW_SECONDS } from '../../catalog/model/request';
import { nameOf, principalCalled } from './principals';
import { READ_ROWS, readRows, WRITE_ROWS } from './rows';

type Answer = Promise<CandidResult<unknown>>;

const SETTINGS: CandidArchiveSettings = {
  delete_protection: false,
  recovery_window_seconds: [BigInt(WINDOW_SECONDS)],
  job_intervals: { checksum: [], quick_check: [], snapshot: [], compaction: [] },
  snapshot_retention: [],
};

/** Sends a request about no single archive; the answer is in the model's words. */
export async function callCanister(service: TabulariumService, request: Request): Answer {
  switch (request.method) {
    case 'create_archive':
      return inModel(await service.create_archive(creation(request)), identity);
    case 'list_archives':
      return inModel(await service.list_archives([]), ({ archives }) => archives.map(({ id }) => id));
    case 'reserve_slot':
      return service.reserve_slot(request.slot, 'kept');
    case 'release_slot':
      return service.release_slot(request.slot);
    case 'set_operators':
      return service.set_operators(request.operators.map(principalCalled));
    default:
      throw new RangeError(`${request.method} is about an archive`);
  }
}

/**
 * Sends a request about an archive; the answer is in the model's words.
 *
 * @param session of the import that is under way in the archive, 0 when none is
 */
export async function callArchive(
  service: TabulariumService,
  request: Request,
  archive: string,
  session: bigint,
): Answer {
  switch (request.method) {
    case 'query':
      return inModel(await service.query(archive, READ_ROWS, [], []), readRows);
    case 'execute':
      return inModel(await service.execute(archive, WRITE_ROWS, [], []), readRows);
    case 'describe_archive':
      return inModel(await service.describe_archive(archive), description);
    case 'purge_archive':
      return service.purge_archive(archive);
    case 'db_finish_import':
      return service.db_finish_import({ archive, session, replaced: [] });
    case 'db_cancel_import':
      return service.db_cancel_import(archive, session);
    default:
      return inModel(await change(service, request, archive), identity);
  }
}

function change(
  service: TabulariumService,
  request: Request,
  archive: string,
): Promise<CandidResult<CandidArchive>> {
  switch (request.method) {
    case 'rename_archive':
      return service.rename_archive(archive, request.id);
    case 'recover_archive':
      return service.recover_archive(archive, [request.id]);
    case 'delete_archive':
      return service.delete_archive(archive);
    case 'quarantine_archive':
      return service.quarantine_archive(archive, 'doubt');
    case 'lift_quarantine':
      return service.lift_quarantine(archive);
    case 'set_archive_owner':
      return service.set_archive_owner(archive, principalCalled(request.owner));
    case 'set_archive_access':
      return service.set_archive_access(archive, {
        writers: [request.writers.map(principalCalled)],
        readers: [request.readers.map(principalCalled)],
        public_read: [request.publicRead],
      });
    case 'configure_archive':
      return service.configure_archive(archive, {
        delete_protection: [request.deleteProtection],
        recovery_window_seconds: [],
        job_intervals: [],
        snapshot_retention: [],
      });
    case 'block_archive':
      return service.block_archive(archive, useOf(request), 'because');
    case 'unblock_archive':
      return service.unblock_archive(archive, useOf(request));
    default:
      throw new RangeError(`${request.method} is about no single archive`);
  }
}

function creation({ id, owner, slot, importing }: CreateRequest) {
  const choices = { content: importing ? ('import' as const) : ('empty' as const), settings: SETTINGS };
  return createArchiveRequest(
    id,
    principalCalled(owner),
    slot === undefined ? choices : { ...choices, slot },
  );
}

function useOf({ use }: { use: 'reads' | 'writes' }) {
  return use === 'reads' ? { Reads: null } : { Writes: null };
}

function inModel<T>(result: CandidResult<T>, convert: (ok: T) => unknown): CandidResult<unknown> {
  return 'ok' in result ? { ok: convert(result.ok) } : result;
}

function description({ archive, access: [access] }: CandidArchiveDescription) {
  return { ...identity(archive), access: access && accessOf(access) };
}

/** Who may use an archive, in the model's words. */
export function accessOf({ writers, readers, public_read }: CandidArchiveAccess) {
  return { writers: writers.map(nameOf), readers: readers.map(nameOf), publicRead: public_read };
}

function identity({ id, generation, slot }: CandidArchive) {
  return { id, generation: Number(generation), slot };
}
