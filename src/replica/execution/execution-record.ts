import type { Reject } from '../errors';

/** Which entry point ran. */
export type ExecutionKind =
  | 'start'
  | 'init'
  | 'pre_upgrade'
  | 'post_upgrade'
  | 'update'
  | 'query'
  | 'replicated_query'
  | 'composite_query'
  | 'reply_callback'
  | 'reject_callback'
  | 'cleanup'
  | 'inspect_message'
  | 'global_timer'
  | 'heartbeat'
  | 'low_wasm_memory';

/** How an execution ended. `none` is an execution that neither replied nor failed, such as a timer or a call that waits for others. */
export type ExecutionOutcome =
  | { readonly kind: 'reply'; readonly bytes: number }
  | { readonly kind: 'reject'; readonly reject: Reject }
  | { readonly kind: 'trap'; readonly reject: Reject }
  | { readonly kind: 'none' };

/** Stable memory work of one execution. Pages are 4 KiB. */
export interface StableFigures {
  reads: number;
  readBytes: number;
  writes: number;
  writtenBytes: number;
  grows: number;
  accessedPages: number;
  dirtyPages: number;
}

/** 64 KiB pages that one execution touched. A page that is written counts as accessed too. */
export interface TouchedPages {
  readonly heapAccessed: number;
  /** 0 in queries and inspections, whose writes the IC neither tracks nor charges. */
  readonly heapWritten: number;
  readonly stableAccessed: number;
  /** 0 in queries and inspections. */
  readonly stableWritten: number;
}

/** What one execution did and cost. */
export interface ExecutionRecord {
  /** Position in the replica's history, from 1. */
  readonly sequence: number;
  readonly kind: ExecutionKind;
  /** Method name of an update, query or inspect_message; empty otherwise. */
  readonly method: string;
  /** Instructions of code, system calls and bytes: everything but the price of pages. The same under all rules. */
  readonly work: number;
  readonly touched: TouchedPages;
  /** Instructions as performance_counter(0) counts them: work, and pages as far as the rules charge them during the run. */
  readonly instructions: number;
  /** Heap pages of 4 KiB whose bytes changed; 0 in executions that persist nothing. */
  readonly heapDirtyPages: number;
  /** Instructions that the rules of 2025-10 add after the run for `heapDirtyPages`. */
  readonly heapDirtyCharge: number;
  /** `instructions` + `heapDirtyCharge`: what the canister pays for. */
  readonly chargedInstructions: number;
  readonly stable: Readonly<StableFigures>;
  /** Heap size in bytes when the execution ended. */
  readonly heapBytes: number;
  readonly outcome: ExecutionOutcome;
  /** Text of ic0.debug_print, in order. */
  readonly debug: readonly string[];
}

export function emptyStableFigures(): StableFigures {
  return { reads: 0, readBytes: 0, writes: 0, writtenBytes: 0, grows: 0, accessedPages: 0, dirtyPages: 0 };
}
