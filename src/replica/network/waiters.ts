import type { RequestRecord } from './request-history';

interface Waiter {
  readonly record: RequestRecord;
  readonly resolve: () => void;
}

/** Those who wait for the answers of messages. */
export class Waiters {
  private readonly waiting = new Set<Waiter>();

  /** @param patience milliseconds after which the wait ends without an answer */
  async wait(record: RequestRecord, patience: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timeout = setTimeout(() => end(), patience);
      const waiter: Waiter = { record, resolve: () => end() };
      const end = (): void => {
        clearTimeout(timeout);
        this.waiting.delete(waiter);
        resolve();
      };
      this.waiting.add(waiter);
    });
  }

  /** Lets those go on whose answers are there. @param all or will never be */
  release(all: boolean): void {
    for (const waiter of [...this.waiting]) if (all || waiter.record.response) waiter.resolve();
  }
}
