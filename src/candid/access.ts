/*
 * The words in which a declaration says who may call a method, and what the archive must be like for it.
 * catalog/access decides by them; docs/ACCESS.md explains them.
 */

/**
 * What a caller may be. `owner`, `writer` and `reader` are so for one archive; `public` is everybody, the anonymous
 * included, where the archive allows public reading; `audience` is everybody while the canister shows metrics;
 * `signed` is every caller but the anonymous one.
 */
export const ROLES = [
  'owner',
  'writer',
  'reader',
  'operator',
  'controller',
  'public',
  'audience',
  'signed',
] as const;
export type Role = (typeof ROLES)[number];

export const CONTROLLERS: readonly Role[] = ['controller'];
/** Who looks after every archive. */
export const OVERSEERS: readonly Role[] = ['operator', 'controller'];
/** Who decides over an archive, and sees whom else it lets in. */
export const GOVERNORS: readonly Role[] = ['owner', 'controller'];
/** Who looks after an archive's images without reading rows. */
export const KEEPERS: readonly Role[] = ['owner', 'operator', 'controller'];
/** Who runs SQL that only reads. */
export const READERS: readonly Role[] = ['owner', 'reader', 'writer', 'public', 'controller'];
/** Who runs SQL that writes. */
export const WRITERS: readonly Role[] = ['owner', 'writer', 'controller'];
/** Whoever has to do with an archive. */
export const CONCERNED: readonly Role[] = ['owner', 'reader', 'writer', 'operator', 'controller'];

/** What methods need of the archive that they are called for; catalog/archives/state-gate.ts says which states that is. */
export type Requirement =
  /** Rows are read. */
  | 'readable'
  /** Rows are written, and may be read. */
  | 'writable'
  /** A migration begins or goes on. */
  | 'migratable'
  /** The whole image is replaced: by a restore, a first import, or to repair a damaged archive. */
  | 'replaceable'
  /** There is an image, sound or not. */
  | 'stored'
  /** All of the rows leave as an image. An owner's own block is no reason against a backup. */
  | 'exportable'
  /** The archive has its id. */
  | 'named'
  | 'deleted'
  | 'any';
