import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Worker } from '../../canister/jobs/worker';

const timers: (() => void)[] = [];

vi.mock('azle', () => ({ setTimer: (_: number, message: () => void) => timers.push(message) }));

let said: string[];
let worker: Worker;

beforeEach(() => {
  timers.length = 0;
  said = [];
  worker = new Worker(() => {
    said.push('claim');
    return said.length < 8 ? () => said.push('step') : undefined;
  });
});

const run = () => timers.shift()?.();
const runAll = () => {
  while (timers.length > 0) run();
};

describe('a worker', () => {
  it('claims and does in turns until there is nothing left, and can be woken again', () => {
    worker.wake();
    worker.wake();
    runAll();
    expect(said.join(' ')).toBe('claim step claim step claim step claim step claim');
    said = [];
    worker.wake();
    runAll();
    expect(said).toContain('step');
  });

  it('has one chain when the heartbeat comes between a claim and its step', () => {
    worker.wake();
    run();
    worker.revive();
    runAll();
    expect(said.join(' ')).toBe('claim step claim step claim step claim step claim');
  });

  it('has one chain when the message of the heartbeat comes before the step', () => {
    worker.wake();
    run();
    worker.revive();
    timers.reverse();
    runAll();
    expect(said.join(' ')).toBe('claim claim step claim step claim step claim');
  });

  it('goes on at the heartbeat when a message and its timer were lost', () => {
    for (const lost of [0, 1, 2]) {
      said = [];
      worker.wake();
      for (let n = 0; n < lost; n++) run();
      timers.length = 0;
      worker.revive();
      runAll();
      expect(said).toContain('step');
      expect(timers).toEqual([]);
    }
  });
});
