import type { Principal } from '@dfinity/principal';
import type { CandidArchiveLimits, CandidArchiveSettings, CandidCreateArchive } from '../candid';
import { optional } from './optional';

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
  readonly limits?: CandidArchiveLimits;
}

const CONTENTS = { empty: { Empty: null }, import: { Import: null }, claim: { Claim: null } } as const;

export function createArchiveRequest(
  id: string,
  owner: Principal | undefined,
  { slot, content, pageSize, labels, settings, limits }: CreationChoices = {},
): CandidCreateArchive {
  return {
    id,
    owner: optional(owner),
    slot: optional(slot),
    content: content === undefined ? [] : [CONTENTS[content]],
    page_size: optional(pageSize),
    labels: labels === undefined ? [] : [Object.entries(labels).map(([key, value]) => ({ key, value }))],
    settings: optional(settings),
    limits: optional(limits),
  };
}
