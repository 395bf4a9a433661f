/** What an execution is, as the IC interface specification letters its table of system calls (ic-platform.md A6). One bit each. */
export const Mode = {
  /** canister_init and canister_post_upgrade */
  initialize: 0x0001,
  preUpgrade: 0x0002,
  update: 0x0004,
  replicatedQuery: 0x0008,
  query: 0x0010,
  transform: 0x0020,
  compositeQuery: 0x0040,
  replyCallback: 0x0080,
  rejectCallback: 0x0100,
  compositeReplyCallback: 0x0200,
  compositeRejectCallback: 0x0400,
  cleanup: 0x0800,
  compositeCleanup: 0x1000,
  inspectMessage: 0x2000,
  systemTask: 0x4000,
  start: 0x8000,
} as const;

/** Exactly one bit of `Mode`. */
export type Mode = (typeof Mode)[keyof typeof Mode];

/** A set of modes. */
export type ModeSet = number;

const MODE_TEXT: Readonly<Record<Mode, string>> = {
  [Mode.initialize]: 'init',
  [Mode.preUpgrade]: 'pre upgrade',
  [Mode.update]: 'update',
  [Mode.replicatedQuery]: 'replicated query',
  [Mode.query]: 'non replicated query',
  [Mode.transform]: 'non replicated query',
  [Mode.compositeQuery]: 'composite query',
  [Mode.replyCallback]: 'reply callback',
  [Mode.rejectCallback]: 'reject callback',
  [Mode.compositeReplyCallback]: 'composite reply callback',
  [Mode.compositeRejectCallback]: 'composite reject callback',
  [Mode.cleanup]: 'cleanup',
  [Mode.compositeCleanup]: 'composite cleanup',
  [Mode.inspectMessage]: 'inspect message',
  [Mode.systemTask]: 'system task',
  [Mode.start]: 'start',
};

/** The mode in the words of the IC's trap messages. */
export function modeText(mode: Mode): string {
  return MODE_TEXT[mode];
}

const COMPOSITE =
  Mode.compositeQuery | Mode.compositeReplyCallback | Mode.compositeRejectCallback | Mode.compositeCleanup;

const QUERY = Mode.query | Mode.transform | Mode.inspectMessage | COMPOSITE;

/** Executions whose result all replicas agree on. */
export function isReplicated(mode: Mode): boolean {
  return (mode & QUERY) === 0;
}

/** Executions that may persist changes, and so must be able to pay for the memory that they grow. */
export function persistsChanges(mode: Mode): boolean {
  return (mode & (QUERY | Mode.replicatedQuery)) === 0;
}

/**
 * Executions whose writes the IC tracks and charges (`ApiType::modification_tracking`): queries and inspections pay for what they access
 * alone, and a composite query with its callbacks for both.
 */
export function tracksWrites(mode: Mode): boolean {
  return (mode & (Mode.query | Mode.transform | Mode.replicatedQuery | Mode.inspectMessage)) === 0;
}

const MILLION = 1_000_000n;
const BILLION = 1_000_000_000n;

/** Instruction limits of one execution on an application subnet (ic-platform.md B5). */
export function instructionLimit(mode: Mode): bigint {
  if (mode & (Mode.initialize | Mode.preUpgrade | Mode.start)) return 300n * BILLION;
  if (mode === Mode.inspectMessage) return 200n * MILLION;
  if (mode & (QUERY | Mode.replicatedQuery)) return 5n * BILLION;
  return 40n * BILLION;
}

/** Instructions of one slice of a replicated message (ic-platform.md B5). */
export const SLICE_INSTRUCTIONS = 2_000_000_000;
const UNSLICED = 2n ** 62n;

/** Instructions after which an execution may pause; queries never do. */
export function sliceLength(mode: Mode): bigint {
  return mode & (QUERY | Mode.replicatedQuery) ? UNSLICED : BigInt(SLICE_INSTRUCTIONS);
}

const GIB = 2 ** 30;
const OS_PAGE = 4096;

/** Stable memory pages of 4 KiB that one execution may access, and as many that it may write (ic-platform.md B4). */
export function stablePageLimit(mode: Mode): number {
  if (mode & (Mode.initialize | Mode.preUpgrade)) return (8 * GIB) / OS_PAGE;
  if (mode & (QUERY | Mode.replicatedQuery)) return GIB / OS_PAGE;
  return (2 * GIB) / OS_PAGE;
}

/** Modes in which memory.grow past the canister's wasm_memory_limit traps. */
export function enforcesHeapLimit(mode: Mode): boolean {
  return (mode & (Mode.initialize | Mode.start | Mode.update)) !== 0;
}
