/** What an operation asks of a system, in the model's words: principals are names, a controller is `root`. */
export type Request =
  | { readonly method: 'query' | 'execute' | 'describe_archive' | 'delete_archive' | 'purge_archive' }
  | { readonly method: 'quarantine_archive' | 'lift_quarantine' | 'list_archives' }
  | { readonly method: 'db_finish_import' | 'db_cancel_import' }
  | CreateRequest
  | { readonly method: 'rename_archive' | 'recover_archive'; readonly id: string }
  | { readonly method: 'set_archive_owner'; readonly owner: string }
  | {
      readonly method: 'set_archive_access';
      readonly writers: string[];
      readonly readers: string[];
      readonly publicRead: boolean;
    }
  | { readonly method: 'configure_archive'; readonly deleteProtection: boolean }
  | { readonly method: 'block_archive' | 'unblock_archive'; readonly use: 'reads' | 'writes' }
  | { readonly method: 'reserve_slot' | 'release_slot'; readonly slot: number }
  | { readonly method: 'set_operators'; readonly operators: string[] };

export interface CreateRequest {
  readonly method: 'create_archive';
  readonly id: string;
  readonly owner: string;
  /** Any free one when absent. */
  readonly slot: number | undefined;
  readonly importing: boolean;
}

/** A request as it reaches a system. */
export interface Call {
  readonly request: Request;
  /** Absent for what is about no single archive. */
  readonly reference: string | undefined;
  readonly who: string;
  /** The message is to trap at this change of stable memory, if it comes so far. */
  readonly trapAt: number | undefined;
}

/** What came of a call: `allowed`, `trapped`, or the code of the refusal; and what was answered, if it was allowed. */
export interface Outcome {
  readonly outcome: string;
  readonly answer?: unknown;
}

/** How long a deleted archive can be recovered, for every archive. */
export const WINDOW_SECONDS = 3_600;
