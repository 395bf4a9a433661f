import type { Role } from '../../src/candid';
import type { Archive } from '../archives/archive';
import type { Catalog } from '../catalog';
import type { Caller } from './caller';
import { ANONYMOUS } from './principal';

/** True when the caller holds one of the roles; those that are about an archive count for `archive` only. */
export function holdsAny(
  roles: readonly Role[],
  caller: Caller,
  catalog: Catalog,
  archive: Archive | undefined,
): boolean {
  for (const role of roles) {
    if (holds(role, caller, catalog, archive)) {
      return true;
    }
  }
  return false;
}

function holds(role: Role, caller: Caller, catalog: Catalog, archive: Archive | undefined): boolean {
  if (role === 'public') {
    return archive?.access.publicRead === true;
  }
  if (role === 'audience') {
    return catalog.settings.metricsAudience !== 'nobody';
  }
  const { principal } = caller;
  if (principal === ANONYMOUS) {
    return false;
  }
  switch (role) {
    case 'owner':
      return archive?.owner === principal;
    case 'writer':
      return archive?.access.writers.includes(principal) === true;
    case 'reader':
      return archive?.access.readers.includes(principal) === true;
    case 'operator':
      return catalog.operators.includes(principal);
    case 'controller':
      return caller.isController();
    case 'signed':
      return true;
  }
}
