import type { Archive } from '../archives/archive';
import type { Catalog } from '../catalog';
import { CatalogError } from '../error';
import type { OperationRecords } from '../operations/operation-records';
import { EXHAUSTED, type FinalStep, MOST_ATTEMPTS, type StepOutcome } from '../operations/work';
import { FleetStore } from './fleet-store';
import {
  type FleetOperation,
  type FleetRequest,
  type FleetResult,
  isUnfinished,
  waysToEnd,
} from './operation';
import { advance, unfitness } from './progress';
import { chooseTargets } from './targets';

/** Longest argument of an operation, in characters: each may take six bytes of its record. */
const LONGEST_ARGUMENT = 500;

/** A step of an operation that the caller is to do now. */
export interface ClaimedStep {
  readonly operation: FleetOperation;
  readonly archive: Archive;
  /** From the step before on this archive; empty for the first. */
  readonly progress: string;
}

/** Operations on many archives, one after the other, one operation at a time. Survives upgrades. */
export class Fleet {
  readonly #catalog: Catalog;
  readonly #store: FleetStore;

  constructor(catalog: Catalog, records: OperationRecords) {
    this.#catalog = catalog;
    this.#store = new FleetStore(records);
  }

  /**
   * Chooses the archives and stores the operation; nothing is done to them yet.
   *
   * @throws {CatalogError} FLEET_BUSY, FLEET_NO_TARGETS, INVALID_SETTING, ARCHIVE_NOT_FOUND, REFERENCE_STALE
   */
  start(request: FleetRequest, startedBy: string, now: bigint): FleetOperation {
    const unfinished = this.unfinished();
    if (unfinished !== undefined) {
      throw new CatalogError(
        'FLEET_BUSY',
        `fleet operation ${unfinished.number} is ${unfinished.phase}: ${waysToEnd(unfinished)}`,
      );
    }
    assertArgumentFits(request.argument);
    if (!Number.isSafeInteger(request.toleratedFailures) || request.toleratedFailures < 0) {
      throw new CatalogError('INVALID_SETTING', 'the failures to tolerate are a whole number from 0');
    }
    const targets = chooseTargets(this.#catalog, request);
    const operation: FleetOperation = {
      number: this.#store.takeNumber(),
      kind: request.kind,
      argument: request.argument,
      startedBy,
      startedAt: now,
      finishedAt: undefined,
      phase: 'running',
      targets,
      canaries: new Set(request.canaries).size,
      pauseAfterCanaries: request.pauseAfterCanaries,
      toleratedFailures: request.toleratedFailures,
      cursor: 0,
      attempts: 0,
      progress: '',
      failures: 0,
      forgivenFailures: 0,
    };
    this.#store.put(operation);
    return operation;
  }

  /** The operation that has steps ahead of it. */
  unfinished(): FleetOperation | undefined {
    return this.list().find(isUnfinished);
  }

  /** The last operations, the newest first; without those whose record is damaged. */
  list(): FleetOperation[] {
    return this.#store.list();
  }

  /** @throws {CatalogError} FLEET_NOT_FOUND */
  get(number: number): FleetOperation {
    return this.#store.get(number);
  }

  /** What came of the targets so far, in the order of the work. */
  results(operation: FleetOperation): FleetResult[] {
    return this.#store.results(operation);
  }

  /**
   * The next step of the operation that is running. The claim is stored, and must outlive the message; {@link settle}
   * tells how the step ended. Archives that are gone, or not in service, are passed over with a result that says so.
   *
   * @returns undefined when no operation is running.
   */
  claim(now: bigint): ClaimedStep | undefined {
    let operation = this.unfinished();
    while (operation?.phase === 'running') {
      const archive = this.#targetOf(operation);
      const unfit = unfitness(archive, operation.kind);
      if (archive !== undefined && unfit === undefined && operation.attempts < MOST_ATTEMPTS) {
        const claimed = { ...operation, attempts: operation.attempts + 1 };
        this.#store.put(claimed);
        return { operation: claimed, archive, progress: operation.progress };
      }
      operation = this.#finishTarget(operation, archive, unfit ?? EXHAUSTED, now);
    }
    return undefined;
  }

  /** Whether a claimed step is still to be done: the operation goes on, and nothing was settled or claimed since. */
  isStanding({ operation: claimed }: ClaimedStep): boolean {
    const { phase, cursor, attempts, progress } = this.get(claimed.number);
    return (
      phase === 'running' &&
      cursor === claimed.cursor &&
      attempts === claimed.attempts &&
      progress === claimed.progress
    );
  }

  /**
   * Records how a claimed step ended.
   *
   * @throws {CatalogError} FLEET_NOT_FOUND, FLEET_STATE
   */
  settle(number: number, outcome: StepOutcome, now: bigint): FleetOperation {
    const operation = this.get(number);
    if (operation.phase !== 'running' || operation.attempts === 0) {
      throw stateError(operation, 'no step of it is under way');
    }
    if (outcome.kind !== 'more') {
      return this.#finishTarget(operation, this.#targetOf(operation), outcome, now);
    }
    const going = { ...operation, attempts: 0, progress: outcome.progress };
    this.#store.put(going);
    return going;
  }

  /**
   * Goes on with a paused operation, or with what a stopped one has left untouched.
   *
   * @throws {CatalogError} FLEET_NOT_FOUND, FLEET_STATE
   */
  resume(number: number): FleetOperation {
    const operation = this.get(number);
    if (operation.phase !== 'paused' && operation.phase !== 'stopped') {
      throw stateError(operation, 'only one that is paused or stopped can be resumed');
    }
    const running: FleetOperation = { ...operation, phase: 'running', forgivenFailures: operation.failures };
    this.#store.put(running);
    return running;
  }

  /**
   * Ends an operation; what is done stays done.
   *
   * @throws {CatalogError} FLEET_NOT_FOUND, FLEET_STATE
   */
  cancel(number: number, now: bigint): FleetOperation {
    const operation = this.get(number);
    if (!isUnfinished(operation)) {
      throw stateError(operation, 'it has ended already');
    }
    const cancelled: FleetOperation = { ...operation, phase: 'cancelled', finishedAt: now };
    this.#store.put(cancelled);
    return cancelled;
  }

  #targetOf({ targets, cursor }: FleetOperation): Archive | undefined {
    const target = targets[cursor];
    return target && this.#catalog.ofGeneration(target.generation);
  }

  #finishTarget(
    operation: FleetOperation,
    archive: Archive | undefined,
    outcome: FinalStep,
    now: bigint,
  ): FleetOperation {
    const target = operation.targets[operation.cursor];
    if (target === undefined) {
      throw new RangeError(`fleet operation ${operation.number} has no target ${operation.cursor}`);
    }
    this.#store.putResult(operation, {
      ...target,
      id: archive?.id ?? '',
      outcome: outcome.kind,
      code: outcome.kind === 'done' ? '' : outcome.code,
      message: outcome.message,
      at: now,
    });
    const next = advance(operation, outcome.kind === 'failed', now);
    this.#store.put(next);
    return next;
  }
}

function stateError({ number, phase }: FleetOperation, why: string): CatalogError {
  return new CatalogError('FLEET_STATE', `fleet operation ${number} is ${phase}: ${why}`);
}

function assertArgumentFits({ length }: string): void {
  if (length > LONGEST_ARGUMENT) {
    throw new CatalogError(
      'INVALID_SETTING',
      `the argument has up to ${LONGEST_ARGUMENT} characters, not ${length}`,
    );
  }
}
