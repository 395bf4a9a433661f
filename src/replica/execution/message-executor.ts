import type { Canister, Installation } from '../canister/canister';
import { type CanisterTrap, canisterError, ErrorCode, type Reject } from '../errors';
import type { PagePrices } from '../instruction-prices';
import { toTrap } from './engine-traps';
import { Execution, type ExecutionInput } from './execution';
import type { ExecutionOutcome, ExecutionRecord, TouchedPages } from './execution-record';
import { FaultInjector } from './faults';
import { enforcesHeapLimit, isReplicated, persistsChanges, sliceLength } from './mode';

/**
 * What becomes of heap, globals and stable memory when an execution succeeds; when it traps everything but `hold` falls back.
 * - `commit`: all is kept
 * - `discard`: nothing is kept (queries)
 * - `hold`: nothing is decided; the caller ends the transaction itself
 * - `install`: heap and globals are kept, stable memory is held, because a new instance is dropped whole if its installation fails
 */
export type Settlement = 'commit' | 'discard' | 'hold' | 'install';

export interface ExecutionResult {
  readonly execution: Execution;
  readonly record: ExecutionRecord;
  /** Why the execution failed; its effects other than debug output and used instructions do not exist. */
  readonly trap: Reject | undefined;
}

/** What an execution is given, before its caller's faults, the time and the prices are added. */
export type ExecutionRequest = Omit<ExecutionInput, 'time' | 'faults' | 'prices'>;

const CALLER_STARTED: ReadonlySet<string> = new Set([
  'init',
  'pre_upgrade',
  'post_upgrade',
  'update',
  'query',
  'replicated_query',
  'composite_query',
]);

/** Runs single executions: instruction limit, rollback, record. What follows from an execution is its caller's business. */
export class MessageExecutor {
  /** Instructions of all executions so far. */
  instructions = 0;
  private sequence = 0;

  /**
   * @param now gives each execution its time in nanoseconds
   * @param prices what pages cost
   * @param executed told of every execution
   */
  constructor(
    private readonly now: () => bigint,
    private readonly prices: PagePrices,
    private readonly executed: (record: ExecutionRecord) => void,
  ) {}

  run(
    canister: Canister,
    { instance, host }: Installation,
    request: ExecutionRequest,
    entry: () => unknown,
    settlement: Settlement,
  ): ExecutionResult {
    const faults = takeFaults(canister, request);
    const limit = faults?.faults.instructionLimit;
    const execution = new Execution({
      ...request,
      time: this.now(),
      prices: this.prices,
      ...(faults && { faults }),
      ...(limit !== undefined && { instructionLimit: BigInt(limit) }),
    });
    const { stable } = canister;
    stable.beginExecution();
    const growth = heapLimit(canister, request);
    const touch = {
      access: this.prices.touch,
      write: execution.tracksWrites ? this.prices.touch : 0,
    };
    instance.beginExecution(
      execution.input.instructionLimit,
      sliceLength(request.mode),
      growth?.bytes,
      touch,
    );
    host.begin(execution);
    let trapped: CanisterTrap | undefined;
    try {
      entry();
    } catch (error) {
      trapped = toTrap(error, instance.trapReason, growth?.isByCycles ?? false);
    }
    const trap = trapped && rejectOf(canister, trapped);
    host.end();
    const left = instance.instructionsLeft;
    const instructions = Number(execution.input.instructionLimit - (left < 0n ? 0n : left));
    const work = Math.min(Number(instance.workDone), instructions);
    const touched = touchedPages(canister, instance, execution.tracksWrites);
    this.instructions += instructions;
    profile(canister, instance, work, `${request.kind} ${request.method}`);
    execution.stable.accessedPages = stable.accessedPages;
    execution.stable.dirtyPages = stable.dirtyPages;
    const heapBytes = instance.heap.pages * 65_536;
    const heapDirtyPages = settle(canister, instance, settlement, trap, execution.tracksWrites);
    const heapDirtyCharge = heapDirtyPages * this.prices.changedHeapPage;
    const record: ExecutionRecord = {
      sequence: ++this.sequence,
      kind: request.kind,
      method: request.method,
      work,
      touched,
      instructions,
      heapDirtyPages,
      heapDirtyCharge,
      chargedInstructions: instructions + heapDirtyCharge,
      stable: execution.stable,
      heapBytes,
      outcome: outcomeOf(execution, trap),
      debug: execution.debug,
    };
    if (isReplicated(request.mode)) {
      canister.log.add(logLines(execution, trapped), execution.input.time, canister.logCapacity);
    }
    canister.record(record);
    this.executed(record);
    return { execution, record, trap };
  }
}

/** What a replicated execution leaves in the log. A violated contract is no trap of the canister's code, and is not told there. */
function logLines({ debug }: Execution, trapped: CanisterTrap | undefined): readonly string[] {
  const isTold = trapped && trapped.errorCode !== ErrorCode.canisterContractViolation;
  return isTold ? [...debug, `[TRAP]: ${trapped.logText}`] : debug;
}

function touchedPages(
  { stable }: Canister,
  { heapTouches }: Installation['instance'],
  countsWrites: boolean,
): TouchedPages {
  return {
    heapAccessed: heapTouches.accessed,
    heapWritten: countsWrites ? heapTouches.written : 0,
    stableAccessed: stable.touched.accessed,
    stableWritten: countsWrites ? stable.touched.written : 0,
  };
}

function profile(
  canister: Canister,
  instance: Installation['instance'],
  work: number,
  execution: string,
): void {
  const names = instance.code.profiledNames;
  if (names.length === 0) return;
  for (const [position, used] of instance.takeProfile().entries())
    canister.profile.add(names[position]!, used);
  canister.profile.finish(work);
  canister.profile.pages.set(execution, instance.describeTouches());
}

/** What memory.grow must not pass, if anything: the canister's setting, or what it can pay for. */
function heapLimit(
  canister: Canister,
  { mode }: ExecutionRequest,
): { readonly bytes: number; readonly isByCycles: boolean } | undefined {
  const { wasmMemoryLimit } = canister.settings;
  const isLimited = wasmMemoryLimit > 0n && enforcesHeapLimit(mode);
  if (!persistsChanges(mode))
    return isLimited ? { bytes: Number(wasmMemoryLimit), isByCycles: false } : undefined;
  const affordable = BigInt(canister.heapBytes) + canister.affordableBytes;
  const isByCycles = !isLimited || affordable < wasmMemoryLimit;
  return { bytes: Number(isByCycles ? affordable : wasmMemoryLimit), isByCycles };
}

function takeFaults(canister: Canister, { kind }: ExecutionRequest): FaultInjector | undefined {
  const index = canister.faults.findIndex((faults) =>
    faults.kind === undefined ? CALLER_STARTED.has(kind) : faults.kind === kind,
  );
  if (index < 0) return undefined;
  const [faults] = canister.faults.splice(index, 1);
  return new FaultInjector(faults!);
}

/** @returns changed heap pages, when they are charged */
function settle(
  canister: Canister,
  instance: Installation['instance'],
  settlement: Settlement,
  trap: Reject | undefined,
  countsChanges: boolean,
): number {
  if (!trap && settlement === 'commit') {
    canister.stable.commit();
    return instance.commit();
  }
  if (!trap && settlement === 'install') return instance.commit();
  const changed = countsChanges ? instance.heap.countChangedPages() : 0;
  if (settlement === 'commit' || settlement === 'discard') {
    canister.stable.rollback();
    instance.rollback();
  }
  return changed;
}

function outcomeOf(execution: Execution, trap: Reject | undefined): ExecutionOutcome {
  if (trap) return { kind: 'trap', reject: trap };
  const { response } = execution;
  if (!response) return { kind: 'none' };
  return response.kind === 'reply' ? { kind: 'reply', bytes: response.data.length } : response;
}

function rejectOf(canister: Canister, trap: CanisterTrap): Reject {
  return canisterError(canister.name, trap.errorCode, trap.message);
}
