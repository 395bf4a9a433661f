import { CatalogError } from '../error';

/** The principal of a message that nobody signed. */
export const ANONYMOUS = '2vxsx-fae';

/** Most principals in one role: what fits the archive's record next to everything else. */
export const MOST_PRINCIPALS = 64;

const TEXTUAL_PRINCIPAL = /^[a-z2-7]+(-[a-z2-7]+)*$/;
const LONGEST_PRINCIPAL = 63;

/**
 * Checks the shape of a textual principal that is to hold a role. Its checksum is Candid's business, which decoded it.
 *
 * @throws {CatalogError} INVALID_PRINCIPAL, for the anonymous principal too
 */
export function assertPrincipal(principal: string): void {
  if (principal === ANONYMOUS) {
    throw new CatalogError(
      'INVALID_PRINCIPAL',
      'the anonymous principal holds no role: name an identity, or allow public reading',
    );
  }
  if (principal.length > LONGEST_PRINCIPAL || !TEXTUAL_PRINCIPAL.test(principal)) {
    throw new CatalogError('INVALID_PRINCIPAL', `${JSON.stringify(principal)} is not a textual principal`);
  }
}

/**
 * The principals of a role, each once.
 *
 * @throws {CatalogError} INVALID_PRINCIPAL, TOO_MANY_PRINCIPALS
 */
export function principalsOf(role: string, principals: readonly string[]): string[] {
  principals.forEach(assertPrincipal);
  const distinct = [...new Set(principals)];
  if (distinct.length > MOST_PRINCIPALS) {
    throw new CatalogError(
      'TOO_MANY_PRINCIPALS',
      `up to ${MOST_PRINCIPALS} ${role} are kept, not ${distinct.length}: let them call through a canister, or allow public reading`,
    );
  }
  return distinct;
}
