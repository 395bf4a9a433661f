// Whether a method's rule lets a caller have an archive, as catalog/access decides it.

import { HostPointer } from '../externals/addresses';
import { is_controller } from '../externals/ic0';
import { ArchiveCopy, isOperator, isOwner, isReader, isWriter, mayAnybodySeeMetrics } from './catalog-copy';
import { identityLength, isAnonymous } from './identity';
import { Method, Role } from './method-table';

const OVERSEERS: u32 = Role.Operator | Role.Controller;

/** True when the caller holds one of the roles; those that are about an archive count for `archive` only. */
export function holdsAny(roles: u32, caller: HostPointer, archive: ArchiveCopy | null): bool {
  if ((roles & Role.Audience) !== 0 && mayAnybodySeeMetrics()) return true;
  if (archive !== null && (roles & Role.Public) !== 0 && archive.publicRead !== 0) return true;
  if (isAnonymous(caller)) return false;
  if ((roles & Role.Signed) !== 0) return true;
  if (archive !== null) {
    if ((roles & Role.Owner) !== 0 && isOwner(archive, caller)) return true;
    if ((roles & Role.Writer) !== 0 && isWriter(archive, caller)) return true;
    if ((roles & Role.Reader) !== 0 && isReader(archive, caller)) return true;
  }
  if ((roles & Role.Operator) !== 0 && isOperator(caller)) return true;
  // Asked last: the answer is a system call.
  return (roles & Role.Controller) !== 0 && is_controller(caller, identityLength(caller)) !== 0;
}

/** Whether the archive is in a state for the method, and nothing blocks it. */
export function isReadyFor(method: Method, caller: HostPointer, archive: ArchiveCopy): bool {
  const isSame = method.states === method.overseerStates && method.blocks === method.overseerBlocks;
  const asOverseer = !isSame && holdsAny(OVERSEERS, caller, null);
  const states = asOverseer ? method.overseerStates : method.states;
  const blocks = asOverseer ? method.overseerBlocks : method.blocks;
  return (archive.state & states) !== 0 && (archive.blocks & blocks) === 0;
}
