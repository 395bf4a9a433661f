import type { CandidPrincipal } from '../candid';
import { type CandidArchiveFilter, type CandidArchiveState, optional } from '../candid';
import { requireOptions } from './options';

/** Which archives are listed; every part that is there must hold. */
export interface ArchiveFilter {
  /** With any value when `value` is absent. */
  readonly label?: { readonly key: string; readonly value?: string };
  /** Without it, those that have an id. */
  readonly state?: CandidArchiveState;
  readonly owner?: CandidPrincipal;
}

export function listRequest(filter: ArchiveFilter, cursor?: string): CandidArchiveFilter {
  requireOptions(filter, ['label', 'state', 'owner']);
  const { label, state, owner } = filter;
  return {
    label: label === undefined ? [] : [{ key: label.key, value: optional(label.value) }],
    state: optional(state),
    owner: optional(owner),
    cursor: optional(cursor),
    limit: [],
  };
}
