import type { CandidPlan } from './candid';

/** What native code must know of a method to let calls of it in, and to answer them where it can. */
export interface MethodDeclaration {
  /** Which native code answers it: its place in {@link NATIVE_HANDLERS}. */
  readonly handler: number;
  readonly isUpdate: boolean;
  readonly isAboutArchive: boolean;
  /** Who may call it: a bit for each place in the catalog's list of roles. */
  readonly roles: number;
  /** States that the archive may be in: a bit for each place in {@link ARCHIVE_STATES}. */
  readonly states: number;
  /** Blocks that stand against it: a sum of {@link ArchiveBlock}. */
  readonly blocks: number;
  /** The same two for operators and controllers. */
  readonly overseerStates: number;
  readonly overseerBlocks: number;
  /** Bytes that its argument may have. */
  readonly mostBytes: number;
}

/** What answers a method; the first is the interpreter. */
export const NATIVE_HANDLERS = [
  'javascript',
  'execute',
  'batch',
  'query',
  'first',
  'query_page',
  'db_export_chunk',
  'db_import_chunk',
  'http_request',
] as const;

/** States of an archive, each a bit in {@link MethodDeclaration.states}. */
export const ARCHIVE_STATES = ['active', 'importing', 'deleted', 'purging', 'migrating', 'damaged'] as const;

/** Blocks on an archive, to be added up. */
export const ArchiveBlock = { readsByOwner: 1, readsByController: 2, writes: 4 } as const;

/** What a message must know of an archive. Principals are textual; what is absent has no limit. */
export interface ArchiveCopy {
  readonly generation: number;
  readonly id: string;
  readonly owner: string;
  readonly writers: readonly string[];
  readonly readers: readonly string[];
  /** The bit of its state. */
  readonly state: number;
  readonly blocks: number;
  readonly publicRead: boolean;
  readonly sizeLimit: number | undefined;
  readonly bucketBudget: number | undefined;
  readonly instructions: number | undefined;
  readonly rows: number | undefined;
  readonly resultBytes: number | undefined;
  readonly sqlBytes: number | undefined;
  readonly parameters: number | undefined;
  readonly dirtyPages: number | undefined;
}

/** What a message must know of the canister. */
export interface CanisterCopy {
  /** Textual principals. */
  readonly operators: readonly string[];
  /** Whether everybody may see the metrics. */
  readonly hasAudience: boolean;
}

/** Sums since the canister was installed or upgraded. */
export interface CountedUsage {
  readonly queries: number;
  readonly updates: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly instructions: number;
  /** When an update last wrote rows, in nanoseconds since 1970. */
  readonly lastWriteAt: bigint | undefined;
  readonly errors: readonly { readonly code: string; readonly times: number }[];
}

/**
 * The native copy of what the catalog decided, from which calls are let in and answered without the interpreter. The catalog
 * owns the truth, and changes the copy last.
 */
export interface DispatchCalls {
  /** Tells what a method's arguments are, as the canister's JavaScript does at boot. Others are refused where it is declared. */
  planArguments(name: string, plan: CandidPlan): void;
  /** Says who may call a method. From now on messages are let in for declared methods only. */
  declareMethod(name: string, declaration: MethodDeclaration): void;
  /** Tells what the archive in a slot is, limits of the slot included. What was counted stays as long as the generation does. */
  copyArchive(slot: number, archive: ArchiveCopy): void;
  /** Tells that a slot has no archive. What was counted for it counts for the total. */
  dropArchiveCopy(slot: number): void;
  copyCanister(canister: CanisterCopy): void;
  /** What was told of a slot's archive, but for the slot's own limits; `undefined` when it has none. */
  archiveCopy(slot: number): Omit<ArchiveCopy, 'sizeLimit' | 'bucketBudget'> | undefined;
  /** Counts the request that was run last, for the archive in a slot. */
  countRequest(slot: number, isUpdate: boolean): void;
  /** Counts one that was refused before it ran; for no archive without a slot. */
  countRefusal(slot: number | undefined, isUpdate: boolean, code: string): void;
  archiveUsage(slot: number): CountedUsage;
  /** All archives together, those that are gone too, and what was about none: it never falls. */
  totalUsage(): CountedUsage;
}
