import { assertPrincipal } from '../access/principal';
import type { Catalog } from '../catalog';
import { CatalogError } from '../error';
import { assertSlotSuits, chooseSlot, type SlotChoice } from '../slots/allocation';
import type { Archive, Labels } from './archive';
import { assertArchiveId } from './archive-id';
import { assertLabels } from './labels';
import {
  assertLimits,
  assertPageSize,
  assertSettings,
  changedLimits,
  changedSettings,
  DEFAULT_ARCHIVE_SETTINGS,
  DEFAULT_PAGE_SIZE,
  type LimitsChange,
  type SettingsChange,
} from './settings';

/** What a creator may choose. */
export interface CreationOptions {
  /** A free or reserved slot; allocated when absent. */
  readonly slot?: number | undefined;
  /** What lies in the named slot becomes the archive's. */
  readonly adopt?: boolean;
  /** The first image is about to be imported: until then there is nothing to read or write. */
  readonly importing?: boolean;
  readonly pageSize?: number | undefined;
  readonly labels?: Labels;
  readonly settings?: SettingsChange;
  /** Laid over the canister's limits for new archives. */
  readonly limits?: LimitsChange;
  /** Whether the storage holds nothing for the slot; asked before a slot is given out. */
  readonly isVacant?: (slot: number) => boolean;
}

/**
 * An archive that could be stored as it is.
 *
 * @throws {CatalogError} ARCHIVE_EXISTS, CATALOG_FULL, SLOT_*, INVALID_*
 */
export function newArchive(
  catalog: Catalog,
  id: string,
  owner: string,
  createdAt: bigint,
  options: CreationOptions,
): Archive {
  assertIdIsFree(catalog, id);
  assertPrincipal(owner);
  const pageSize = options.pageSize ?? DEFAULT_PAGE_SIZE;
  const labels = options.labels ?? {};
  const settings = changedSettings(DEFAULT_ARCHIVE_SETTINGS, options.settings ?? {});
  const limits = changedLimits(catalog.settings.newArchiveLimits, options.limits ?? {});
  assertPageSize(pageSize);
  assertLabels(labels);
  assertSettings(settings);
  assertLimits(limits);
  return {
    slot: slotFor(catalog, options),
    id,
    generation: catalog.nextGeneration,
    owner,
    createdAt,
    pageSize,
    life: { state: options.importing ? 'importing' : 'active' },
    access: { writers: [], readers: [], publicRead: false },
    blockedReads: undefined,
    blockedWrites: undefined,
    labels,
    settings,
    limits,
  };
}

/** @throws {CatalogError} INVALID_ARCHIVE_ID, ARCHIVE_EXISTS */
export function assertIdIsFree(catalog: Catalog, id: string): void {
  assertArchiveId(id);
  if (catalog.find(id) !== undefined) {
    throw new CatalogError('ARCHIVE_EXISTS', `there is already an archive '${id}': choose another id`);
  }
}

function slotFor(catalog: Catalog, { slot, adopt, isVacant }: CreationOptions): number {
  const choice: SlotChoice = {
    plan: catalog.plan,
    entryAt: (candidate) => catalog.entryAt(candidate),
    isVacant: isVacant ?? (() => true),
  };
  if (slot === undefined) {
    return chooseSlot(choice);
  }
  assertSlotSuits(choice, slot, adopt === true);
  return slot;
}
