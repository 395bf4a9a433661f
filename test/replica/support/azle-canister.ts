import { call, IDL, performanceCounter, postUpgrade, query, setTimer, trap, update } from 'azle';

/** What the replica has to carry of a real runtime: boot, heap, asynchronous calls, timers, errors, recursion. */
// biome-ignore lint/style/noDefaultExport: Azle looks for the canister's class there
export default class {
  private count = 0;
  private readonly log: string[] = [];

  @postUpgrade([])
  afterUpgrade(): void {
    this.log.push('upgraded');
  }

  @update([IDL.Nat32], IDL.Nat32)
  add(amount: number): number {
    this.count += amount;
    return this.count;
  }

  @query([], IDL.Nat32)
  read(): number {
    return this.count;
  }

  @query([IDL.Nat32], IDL.Nat32)
  addInQuery(amount: number): number {
    this.count += amount;
    return this.count;
  }

  @update([IDL.Nat32])
  addAndThrow(amount: number): void {
    this.count += amount;
    throw new TypeError(`thrown at ${this.count}`);
  }

  @update([IDL.Nat32])
  addAndTrap(amount: number): void {
    this.count += amount;
    trap(`trapped at ${this.count}`);
  }

  @update([], IDL.Vec(IDL.Nat8))
  async random(): Promise<Uint8Array> {
    this.log.push('asking');
    const bytes = await call<undefined, Uint8Array>('aaaaa-aa', 'raw_rand', {
      returnIdlType: IDL.Vec(IDL.Nat8),
    });
    this.log.push('answered');
    return bytes;
  }

  @update([])
  remind(): void {
    setTimer(5, () => {
      this.log.push('timer');
    });
  }

  @query([], IDL.Vec(IDL.Text))
  history(): string[] {
    return this.log;
  }

  @query([], IDL.Nat64)
  counted(): bigint {
    return performanceCounter(0);
  }

  @query([IDL.Nat32], IDL.Nat32)
  descend(depth: number): number {
    return depth === 0 ? 0 : 1 + this.descend(depth - 1);
  }
}
