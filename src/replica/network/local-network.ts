import type { Canister } from '../canister/canister';
import { CanisterRejectError } from '../errors';
import type { Response } from '../execution/execution';
import type { StateJournal } from '../state/state-journal';
import { restoreSubnet } from '../state/subnet-state';
import type { PendingAnswer } from '../subnet/ingress';
import type { QueryRequest } from '../subnet/query-engine';
import { Subnet, type SubnetOptions } from '../subnet/subnet';
import { RequestHistory, type RequestRecord, requestKey } from './request-history';
import { Waiters } from './waiters';

/** How often due timers are looked for, in milliseconds. */
const TICK = 100;
/** How often canisters' heartbeats run, in milliseconds; the IC's rounds are about as far apart. */
const HEARTBEAT = 1000;
const MILLISECOND = 1_000_000n;

/** A message as its sender signed it. */
export interface SubmittedCall extends QueryRequest {
  readonly id: Uint8Array;
  /** The management canister when undefined. */
  readonly canister: Canister | undefined;
  readonly effectiveCanister: Uint8Array;
  /** Nanoseconds since 1970. */
  readonly expiry: bigint;
}

/** A subnet that lives: its time is the clock's, its timers fire, and messages are answered as they come. */
export class LocalNetwork {
  readonly requests: RequestHistory;
  /** Settles when the network cannot go on: its state can no longer be saved, or the replica itself has failed. */
  readonly failure: Promise<Error>;
  private readonly waiters = new Waiters();
  private ticking: NodeJS.Timeout | undefined;
  private lastHeartbeat = 0;
  private failed: Error | undefined;
  private reportFailure!: (error: Error) => void;

  private constructor(
    readonly subnet: Subnet,
    private readonly journal: StateJournal | undefined,
  ) {
    this.requests = new RequestHistory(journal?.saved?.records);
    this.failure = new Promise((resolve) => {
      this.reportFailure = resolve;
    });
  }

  /** A subnet that is already there, and is saved nowhere. */
  static over(subnet: Subnet): LocalNetwork {
    return new LocalNetwork(subnet, undefined);
  }

  /**
   * The network that a journal holds, or a new one.
   * @param seed of a new network's keys and randomness
   * @param options what pages cost, and who is told of every execution
   */
  static open(
    journal: StateJournal,
    seed: string,
    options: Pick<SubnetOptions, 'prices' | 'executed'> = {},
  ): LocalNetwork {
    const { saved } = journal;
    const subnet: Subnet = new Subnet({
      startTime: clock(),
      seed: saved?.state.seed ?? seed,
      finished: () => network.save(),
      ...options,
    });
    const network = new LocalNetwork(subnet, journal);
    if (saved) restoreSubnet(subnet, saved.state, saved.parts);
    for (const record of network.requests.unanswered) {
      network.requests.resume(record, subnet.ingress.await(requestKey(record.id), record.method));
    }
    return network;
  }

  /** From now on time passes. */
  start(): void {
    this.ticking ??= setInterval(() => this.tick(), TICK);
  }

  /** Time stands still; what is on its way stays there. The state is saved. */
  stop(): void {
    clearInterval(this.ticking);
    this.ticking = undefined;
    if (this.failed) return;
    this.save();
    this.journal?.close();
  }

  /**
   * Takes a message, once: one that was taken before is not taken again.
   * @throws CanisterRejectError when the canister does not take it
   */
  submit(call: SubmittedCall): RequestRecord {
    this.requireRunning();
    const known = this.requests.find(call.id);
    if (known) return known;
    return this.guarded(() => {
      this.passTime();
      const record = newRecord(call);
      this.requests.add(record, this.enqueue(call));
      setImmediate(() => this.round());
      return record;
    });
  }

  /** Returns once every message that was taken so far would survive the process. */
  acknowledge(): void {
    this.change(() => {});
  }

  /** @returns the answer once it is there and saved; undefined when it takes longer than `patience` milliseconds */
  async answer(record: RequestRecord, patience: number): Promise<Response | undefined> {
    if (!record.response) await this.waiters.wait(record, patience);
    this.requireRunning();
    return record.response;
  }

  query(canister: Canister | undefined, request: QueryRequest): Response {
    this.requireRunning();
    return this.guarded(() => {
      this.passTime();
      return canister ? this.subnet.query(canister, request) : this.subnet.queryManagement(request);
    });
  }

  /** Changes the subnet in a way that is not a message, and saves that. */
  change<Result>(work: (subnet: Subnet) => Result): Result {
    this.requireRunning();
    return this.guarded(() => {
      this.passTime();
      const result = work(this.subnet);
      this.save();
      this.journal?.sync();
      return result;
    });
  }

  private tick(): void {
    const now = Date.now();
    const beats = now - this.lastHeartbeat >= HEARTBEAT;
    if (!beats && !this.isDue()) return;
    if (beats) this.lastHeartbeat = now;
    this.round();
  }

  private isDue(): boolean {
    const now = clock();
    for (const { globalTimer } of this.subnet.canisters.all) {
      if (globalTimer !== 0n && globalTimer <= now) return true;
    }
    return this.subnet.queue.length > 0;
  }

  private round(): void {
    if (this.failed) return;
    try {
      this.guarded(() => {
        this.passTime();
        this.subnet.round();
        this.requests.update(this.subnet.time);
        this.journal?.sync();
      });
    } catch {
      // `guarded` has reported it; nobody calls this who could do more.
    }
    this.waiters.release(this.failed !== undefined);
    if (this.subnet.queue.length > 0 && this.ticking) setImmediate(() => this.round());
  }

  private enqueue({ canister, caller, method, argument, senderInfo, id }: SubmittedCall): PendingAnswer {
    const request: QueryRequest = { caller, method, argument, ...(senderInfo && { senderInfo }) };
    const key = requestKey(id);
    const { ingress } = this.subnet;
    return canister ? ingress.submit(canister, request, key) : ingress.submitManagement(request, key);
  }

  private save(): void {
    this.requests.update(this.subnet.time);
    this.journal?.commit(this.subnet, this.requests.takeChanges(), () => this.requests.all);
  }

  private passTime(): void {
    const now = clock();
    if (now > this.subnet.time) this.subnet.time = now;
  }

  /** What fails here other than by a canister's doing has left memory and folder apart: the network must not answer from it. */
  private guarded<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (error instanceof CanisterRejectError) throw error;
      this.failed = error instanceof Error ? error : new Error(String(error));
      this.reportFailure(this.failed);
      throw this.failed;
    }
  }

  private requireRunning(): void {
    if (this.failed) throw this.failed;
  }
}

function newRecord({ id, caller, effectiveCanister, method, expiry }: SubmittedCall): RequestRecord {
  return { id, sender: caller, effectiveCanister, method, expiry, response: undefined };
}

function clock(): bigint {
  return BigInt(Date.now()) * MILLISECOND;
}
