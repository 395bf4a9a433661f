import { principalsOf } from './access/principal';
import { assertCanisterSettings, type CanisterSettings } from './canister-settings';
import type { Catalog } from './catalog';

/**
 * Replaces the principals who look after all archives.
 *
 * @throws {CatalogError} INVALID_PRINCIPAL, TOO_MANY_PRINCIPALS
 */
export function setOperators(catalog: Catalog, operators: readonly string[]): void {
  catalog.changeHeader({ operators: principalsOf('operators', operators) });
}

/** @throws {CatalogError} INVALID_SETTING */
export function configureCanister(catalog: Catalog, settings: CanisterSettings): void {
  assertCanisterSettings(settings);
  catalog.changeHeader({ settings });
}
