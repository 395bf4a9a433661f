import type { CandidExecution, TabulariumService } from '../../src/candid';

/** A call that reached the service. */
export interface Call {
  readonly method: string;
  readonly parameters: readonly unknown[];
}

/** A canister that answers every method alike, and keeps what it was sent. */
export function fakeService(answer: (call: Call) => unknown): { service: TabulariumService; calls: Call[] } {
  const calls: Call[] = [];
  const service = new Proxy({} as TabulariumService, {
    get: (_, method) => {
      return async (...parameters: unknown[]) => {
        const call = { method: String(method), parameters };
        calls.push(call);
        return answer(call);
      };
    },
  });
  return { service, calls };
}

export const EXECUTION: CandidExecution = {
  columns: ['a', 'a'],
  rows: [[{ Integer: 1n }, { Integer: 2n }]],
  meta: {
    rows_read: 1n,
    rows_written: 0n,
    changes: 0n,
    last_row_id: 0n,
    instructions: 0n,
    size_after: 0n,
    transaction_id: 1n,
    truncated: false,
  },
};
