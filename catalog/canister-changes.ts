import { principalsOf } from './access/principal';
import {
  assertCanisterSettings,
  type CanisterSettingsChange,
  changedCanisterSettings,
} from './canister-settings';
import type { Catalog } from './catalog';

/**
 * Replaces the principals who look after all archives.
 *
 * @throws {CatalogError} INVALID_PRINCIPAL, TOO_MANY_PRINCIPALS
 */
export function setOperators(catalog: Catalog, operators: readonly string[]): void {
  catalog.changeHeader({ operators: principalsOf('operators', operators) });
}

/**
 * Changes settings of the canister; what `change` leaves out stays.
 *
 * @throws {CatalogError} INVALID_SETTING
 */
export function configureCanister(catalog: Catalog, change: CanisterSettingsChange): void {
  const settings = changedCanisterSettings(catalog.settings, change);
  assertCanisterSettings(settings);
  catalog.changeHeader({ settings });
}
