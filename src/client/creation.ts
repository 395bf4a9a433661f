import type { CandidPrincipal } from '../candid';
import { type CandidArchiveSettings, type CandidCreateArchive, optional } from '../candid';
import { type ClientLimits, toCandidLimits } from './limits';
import { requireOptions } from './options';

/** What a creator may choose; the canister decides about the rest. */
export interface CreationChoices {
  /** A free or reserved slot. */
  readonly slot?: number;
  /**
   * `empty`, ready for SQL; `import`, closed until its first image is there; `claim`, the archive that lies in the named
   * slot without the catalog knowing it.
   */
  readonly content?: 'empty' | 'import' | 'claim';
  /** Bytes of SQLite's pages: a power of two from 512 to 65,536. */
  readonly pageSize?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly settings?: CandidArchiveSettings;
  readonly limits?: ClientLimits;
}

const NAMES = ['slot', 'content', 'pageSize', 'labels', 'settings', 'limits'];
const CONTENTS = { empty: { Empty: null }, import: { Import: null }, claim: { Claim: null } } as const;

export function createArchiveRequest(
  id: string,
  owner: CandidPrincipal | undefined,
  choices: CreationChoices = {},
): CandidCreateArchive {
  requireOptions(choices, NAMES);
  const { slot, content, pageSize, labels, settings, limits } = choices;
  return {
    id,
    owner: optional(owner),
    slot: optional(slot),
    content: content === undefined ? [] : [CONTENTS[content]],
    page_size: optional(pageSize),
    labels: labels === undefined ? [] : [Object.entries(labels).map(([key, value]) => ({ key, value }))],
    settings: optional(settings),
    limits: limits === undefined ? [] : [toCandidLimits(limits)],
  };
}
