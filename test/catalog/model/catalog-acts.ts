import { seesAccess, visibilityFor } from '../../../catalog/access/visibility';
import type { Archive } from '../../../catalog/archives/archive';
import { blockUse, changeSettings, setAccess, setOwner, unblockUse } from '../../../catalog/archives/changes';
import {
  deleteArchive,
  finishFirstImport,
  liftQuarantine,
  quarantineArchive,
  recoverArchive,
  renameArchive,
} from '../../../catalog/archives/life';
import { LARGEST_PAGE, listArchives } from '../../../catalog/archives/listing';
import { abandonFirstImport, purgeArchive } from '../../../catalog/archives/purge';
import type { Catalog } from '../../../catalog/catalog';
import type { GovernedCall } from '../../../catalog/governance';
import { releaseSlot, reserveSlot } from '../../../catalog/slots/slot-map';
import { type CreateRequest, type Request, WINDOW_SECONDS } from './request';
import type { System } from './system';

interface Context {
  readonly system: System;
  readonly catalog: Catalog;
  readonly call: GovernedCall;
}

/** Does what a request about no single archive asks for, and answers it as the canister would. */
export function onCanister(request: Request, context: Context): unknown {
  const { catalog, call } = context;
  switch (request.method) {
    case 'create_archive':
      return create(request, context);
    case 'list_archives': {
      const mayShow = visibilityFor(catalog, call.caller, 'list_archives');
      return listArchives(catalog, {}, undefined, LARGEST_PAGE, mayShow).archives.map(({ id }) => id);
    }
    case 'reserve_slot':
      return reserveSlot(catalog, request.slot, 'kept');
    case 'release_slot':
      return releaseSlot(catalog, request.slot);
    case 'set_operators':
      return catalog.changeHeader({ operators: request.operators });
    default:
      throw new RangeError(`${request.method} is about an archive`);
  }
}

/** The same for a request about an archive, whose caller was let through to it. */
export function onArchive(request: Request, archive: Archive, context: Context): unknown {
  const { system, catalog, call } = context;
  switch (request.method) {
    case 'query':
      return system.rowsIn(archive.slot);
    case 'execute':
      system.writeRows(archive.slot);
      return system.rowsIn(archive.slot);
    case 'describe_archive': {
      const access = seesAccess(catalog, call.caller, archive) ? archive.access : undefined;
      return { ...identity(archive), access };
    }
    case 'purge_archive':
      return purgeArchive(catalog, archive, system, call.now);
    default:
      return identity(changed(request, archive, context));
  }
}

function create(request: CreateRequest, { system, catalog, call }: Context) {
  const { id, owner, slot, importing } = request;
  const settings = { recoveryWindowSeconds: WINDOW_SECONDS };
  const archive = catalog.propose(id, owner, call.now, { slot, importing, settings });
  system.format(archive.slot, archive.generation);
  catalog.add(archive);
  return identity(archive);
}

function changed(request: Request, archive: Archive, { catalog, call }: Context): Archive {
  switch (request.method) {
    case 'rename_archive':
      return renameArchive(catalog, archive, request.id);
    case 'recover_archive':
      return recoverArchive(catalog, archive, request.id, call.now);
    case 'delete_archive':
      return deleteArchive(catalog, archive, call.now);
    case 'quarantine_archive':
      return quarantineArchive(catalog, archive, 'doubt');
    case 'lift_quarantine':
      return liftQuarantine(catalog, archive, undefined);
    case 'set_archive_owner':
      return setOwner(catalog, archive, request.owner);
    case 'set_archive_access':
      return setAccess(catalog, archive, request);
    case 'configure_archive':
      return changeSettings(catalog, archive, { deleteProtection: request.deleteProtection });
    case 'block_archive': {
      const block = { reason: 'because', byController: call.caller.isController() };
      return blockUse(catalog, archive, request.use, block);
    }
    case 'unblock_archive':
      return unblockUse(catalog, archive, request.use, call.caller.isController());
    case 'db_finish_import':
      return finishFirstImport(catalog, archive);
    case 'db_cancel_import':
      return abandonFirstImport(catalog, archive, call.now);
    default:
      throw new RangeError(`${request.method} is about no single archive`);
  }
}

function identity({ id, generation, slot }: Archive) {
  return { id, generation, slot };
}
