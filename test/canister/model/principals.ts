import type { Principal } from '@dfinity/principal';
import type { CandidPrincipal } from '../../../src/candid';
import { ANYBODY, CONTROLLER } from '../../catalog/model/reference-model';
import { ANONYMOUS, OPERATOR, principalOf } from '../../support/tabularium';

const NAMES = new Map<string, string>();

/** Who has a name in the model. */
export function principalCalled(name: string): Principal {
  const principal = name === CONTROLLER ? OPERATOR : name === ANYBODY ? ANONYMOUS : principalOf(name);
  NAMES.set(principal.toText(), name);
  return principal;
}

/** The name of somebody whom {@link principalCalled} knows. */
export function nameOf(principal: CandidPrincipal): string {
  return NAMES.get(principal.toText()) ?? principal.toText();
}
