import { assertPrincipal, principalsOf } from '../access/principal';
import type { Catalog } from '../catalog';
import { CatalogError } from '../error';
import type { Archive, ArchiveAccess, Block, Labels } from './archive';
import { assertLabels } from './labels';
import { assertReason } from './reason';
import {
  assertLimits,
  assertSettings,
  changedLimits,
  changedSettings,
  type LimitsChange,
  type SettingsChange,
} from './settings';

/** @throws {CatalogError} INVALID_PRINCIPAL */
export function setOwner(catalog: Catalog, archive: Archive, owner: string): Archive {
  assertPrincipal(owner);
  return catalog.replace({ ...archive, owner });
}

/**
 * Replaces writers, readers or public reading; what `change` leaves out stays.
 *
 * @throws {CatalogError} INVALID_PRINCIPAL, TOO_MANY_PRINCIPALS
 */
export function setAccess(catalog: Catalog, archive: Archive, change: Partial<ArchiveAccess>): Archive {
  const { writers, readers, publicRead } = { ...archive.access, ...change };
  const access = {
    writers: principalsOf('writers', writers),
    readers: principalsOf('readers', readers),
    publicRead,
  };
  return catalog.replace({ ...archive, access });
}

/** @throws {CatalogError} INVALID_LABEL */
export function setLabels(catalog: Catalog, archive: Archive, labels: Labels): Archive {
  assertLabels(labels);
  return catalog.replace({ ...archive, labels });
}

/**
 * Changes settings; one that is given as undefined follows the canister's again.
 *
 * @throws {CatalogError} INVALID_SETTING
 */
export function changeSettings(catalog: Catalog, archive: Archive, change: SettingsChange): Archive {
  const settings = changedSettings(archive.settings, change);
  assertSettings(settings);
  return catalog.replace({ ...archive, settings });
}

/**
 * Changes limits; one that is given as undefined is lifted.
 *
 * @throws {CatalogError} INVALID_SETTING
 */
export function changeLimits(catalog: Catalog, archive: Archive, change: LimitsChange): Archive {
  const limits = changedLimits(archive.limits, change);
  assertLimits(limits);
  return catalog.replace({ ...archive, limits });
}

/** What is blocked. A block on reads keeps rows in, so it stops statements that write as well. */
export type BlockedUse = 'reads' | 'writes';

/**
 * Refuses reads or writes from now on, with a reason that the refusal shows.
 *
 * @throws {CatalogError} INVALID_SETTING, BLOCKED_BY_CONTROLLER
 */
export function blockUse(catalog: Catalog, archive: Archive, use: BlockedUse, block: Block): Archive {
  assertReason(block.reason);
  assertMayChange(archive, use, block.byController);
  return catalog.replace({ ...archive, ...blockOn(use, block) });
}

/** @throws {CatalogError} BLOCKED_BY_CONTROLLER */
export function unblockUse(
  catalog: Catalog,
  archive: Archive,
  use: BlockedUse,
  byController: boolean,
): Archive {
  assertMayChange(archive, use, byController);
  return catalog.replace({ ...archive, ...blockOn(use, undefined) });
}

function blockOn(use: BlockedUse, block: Block | undefined) {
  return use === 'reads' ? { blockedReads: block } : { blockedWrites: block };
}

function assertMayChange(archive: Archive, use: BlockedUse, byController: boolean): void {
  const block = use === 'reads' ? archive.blockedReads : archive.blockedWrites;
  if (block?.byController && !byController) {
    throw new CatalogError(
      'BLOCKED_BY_CONTROLLER',
      `a controller blocked ${use} of the archive '${archive.id}': ask them to lift it (${block.reason})`,
    );
  }
}
