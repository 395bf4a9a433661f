/** What stopped a build. Stable: tests and callers switch on it. */
export type LinkErrorCode =
  | 'package-missing'
  | 'version-not-audited'
  | 'content-not-audited'
  | 'missing-symbol'
  | 'unexpected-import'
  | 'unexpected-memory'
  | 'unexpected-table'
  | 'unexpected-segment'
  | 'unsupported-instruction'
  | 'static-data-overflow'
  | 'allocator-not-audited'
  | 'stack-not-guarded'
  | 'candid-generation-failed'
  | 'types-wrong'
  | 'tool-failed'
  | 'canister-refused';

/** A build that cannot be trusted does not come out. The message says what was found and what to do about it. */
export class LinkError extends Error {
  override readonly name = 'LinkError';

  /**
   * @param found what is wrong, naming the symbol, file or version concerned
   * @param remedy what the reader does next
   */
  constructor(
    readonly code: LinkErrorCode,
    found: string,
    remedy: string,
  ) {
    // What a tool printed stands by itself.
    super(found.includes('\n') ? `${found.trimEnd()}\n${remedy}.` : `${found}. ${remedy}.`);
  }
}
