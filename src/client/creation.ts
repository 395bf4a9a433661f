import { type CandidCreateArchive, type CandidPrincipal, optional } from '../candid';
import { type ClientLimits, toLimitsChange } from './limits';
import { requireOptions } from './options';
import { type SettingsChange, toSettingsChange } from './settings-change';

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
  /** What differs from the canister's settings. */
  readonly settings?: SettingsChange;
  /** What differs from the canister's limits for new archives. */
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
    settings: settings === undefined ? [] : [toSettingsChange(settings)],
    limits: limits === undefined ? [] : [toLimitsChange(limits)],
  };
}
