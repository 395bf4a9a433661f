import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { describe, expect, it } from 'vitest';
import type { Canister } from '../../src/replica/canister/canister';
import { defaultSettings } from '../../src/replica/canister/canister-settings';
import { FrameKind } from '../../src/replica/state/frames';
import { restoreSettings, saveSettings } from '../../src/replica/state/settings-state';
import { StateJournal } from '../../src/replica/state/state-journal';
import { restoreSubnet } from '../../src/replica/state/subnet-state';
import { Subnet } from '../../src/replica/subnet/subnet';
import { canisterWasm } from '../replica/support/wat-canister';
import { fingerprint } from './support/fingerprint';
import { type Kill, Killed, MemoryFiles } from './support/memory-files';

const CONTROLLER = Principal.anonymous();
const NO_BYTES = new Uint8Array(0);
const NO_CHANGES = new Map<string, unknown>();
/** Small enough that the scenario goes through several segments. */
const SEGMENT_GROWTH = 40_000;

/** Counts in heap, stable memory and a global; `call` counts, calls `count` of itself, and counts again in the callback. */
const COUNTER = canisterWasm(`
  (memory 1) (table 2 2 funcref) (elem (i32.const 1) $done)
  (global $count (mut i32) (i32.const 0))
  (data (i32.const 1000) "count")
  (func $step
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (i32.store (i32.const 0) (global.get $count))
    (if (i64.eqz (call $stable_size)) (then (drop (call $stable_grow (i64.const 3)))))
    (call $stable_write (i64.extend_i32_u (i32.mul (global.get $count) (i32.const 5000)))
      (i64.const 0) (i64.const 4)))
  (func (export "canister_init") (call $step))
  (func (export "canister_post_upgrade") (call $step))
  (func (export "canister_update count") (call $step) (call $print (i32.const 1000) (i32.const 5))
    (call $append (i32.const 0) (i32.const 4)) (call $reply))
  (func (export "canister_update fail") (call $step) (unreachable))
  (func (export "canister_update arm") (drop (call $timer (i64.const 1))) (call $reply))
  (func (export "canister_global_timer") (call $step))
  (func (export "canister_update call") (call $step)
    (call $self_copy (i32.const 900) (i32.const 0) (call $self_size))
    (call $call_new (i32.const 900) (call $self_size) (i32.const 1000) (i32.const 5)
      (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0))
    (if (call $perform) (then (unreachable))))
  (func $done (param i32) (call $step) (call $append (i32.const 0) (i32.const 4)) (call $reply))`);

const ById = IDL.Record({ canister_id: IDL.Principal });
const Take = IDL.Record({ canister_id: IDL.Principal, replace_snapshot: IDL.Opt(IDL.Vec(IDL.Nat8)) });
const Upload = IDL.Record({ canister_id: IDL.Principal, chunk: IDL.Vec(IDL.Nat8) });

/** A subnet whose every finished message is saved, and what it was after each. */
class Recorded {
  readonly states: string[] = [];
  /** States that were there when the last sync returned. */
  synced = 0;
  readonly subnet: Subnet;
  private readonly journal: StateJournal;

  constructor(files: MemoryFiles) {
    this.journal = StateJournal.open(files, SEGMENT_GROWTH);
    this.subnet = new Subnet({ startTime: 1_000n, seed: 'test', finished: () => this.save() });
    const { saved } = this.journal;
    if (saved) restoreSubnet(this.subnet, saved.state, saved.parts);
  }

  run(): void {
    for (const action of SCENARIO) {
      action(this.subnet);
      this.save();
      while (this.subnet.queue.length > 0) this.subnet.round();
      this.journal.sync();
      this.synced = this.states.length;
    }
  }

  private save(): void {
    const state = fingerprint(this.subnet);
    this.journal.commit(this.subnet, NO_CHANGES, () => NO_CHANGES);
    this.states.push(state);
  }
}

function first({ canisters }: Subnet): Canister {
  const [canister] = canisters.all;
  return canister!;
}

function update(method: string): (subnet: Subnet) => void {
  return (subnet) => {
    subnet.ingress.submit(first(subnet), { caller: CONTROLLER.toUint8Array(), method, argument: NO_BYTES });
  };
}

function manage<Value>(method: string, type: IDL.Type<Value>, more: object = {}): (subnet: Subnet) => void {
  return (subnet) => {
    const argument = IDL.encode([type], [{ canister_id: first(subnet).principal, ...more }]);
    const caller = CONTROLLER.toUint8Array();
    subnet.ingress.submitManagement({ caller, method, argument: new Uint8Array(argument) });
  };
}

function install(mode: 'install' | 'upgrade' | 'reinstall'): (subnet: Subnet) => void {
  return (subnet) => {
    const sender = CONTROLLER.toUint8Array();
    subnet.install(first(subnet), { mode, wasm: COUNTER, argument: NO_BYTES, sender });
  };
}

const SCENARIO: readonly ((subnet: Subnet) => void)[] = [
  (subnet) => subnet.create(defaultSettings([CONTROLLER]), 10n ** 18n),
  install('install'),
  update('count'),
  update('call'),
  update('fail'),
  manage('take_canister_snapshot', Take, { replace_snapshot: [] }),
  manage('upload_chunk', Upload, { chunk: new Uint8Array(5000).fill(9) }),
  update('arm'),
  (subnet) => {
    update('call')(subnet);
    update('count')(subnet);
    subnet.time += 60_000_000_000n;
  },
  install('upgrade'),
  update('count'),
  manage('stop_canister', ById),
  manage('start_canister', ById),
  install('reinstall'),
  update('call'),
];

const whole = (() => {
  const files = new MemoryFiles();
  const recorded = new Recorded(files);
  recorded.run();
  return { files, recorded };
})();

describe('a state journal', () => {
  it('brings back the last state, canisters that go on, and every kind of thing that they have', () => {
    expect(fingerprint(new Recorded(whole.files.survivors('kill')).subnet)).toBe(
      whole.recorded.states.at(-1),
    );
    const canister = first(whole.recorded.subnet);
    expect(canister.snapshots.size).toBe(1);
    expect(canister.chunks.hashes).toHaveLength(1);
    expect(canister.log.records.length).toBeGreaterThan(0);
  });

  it('begins new segments, and keeps one', () => {
    expect(whole.files.list()).toEqual([expect.stringMatching(/^state-0000000[3-9]\.log$/)]);
  });

  it.each(['before', 'halfway', 'after'] as const)(
    'is killed %s every operation, and comes back at the last finished message',
    (when) => {
      for (let operation = 1; operation <= whole.files.operations; operation++) {
        const { recorded, files } = runUntilKilled({ operation, when });
        const back = fingerprint(new Recorded(files.survivors('kill')).subnet);
        // A message whose last byte was written is finished, although its process was killed before it knew.
        const finished = [recorded.states.length - 1, recorded.states.length];
        expect(finished.map((index) => whole.recorded.states[index] ?? EMPTY)).toContain(back);
      }
    },
  );

  it('goes on from there as if nothing had happened', () => {
    const complete = new Set(whole.recorded.states);
    for (let operation = 40; operation <= whole.files.operations; operation += 3) {
      const { files } = runUntilKilled({ operation, when: 'after' });
      const { subnet } = new Recorded(files.survivors('kill'));
      while (subnet.queue.length > 0) {
        subnet.round();
        expect(complete).toContain(fingerprint(subnet));
      }
    }
  });

  it('is not read past a frame that was damaged later', () => {
    const [name] = whole.files.list() as [string];
    const starts = frameStarts(whole.files, name);
    expect(starts.length).toBeGreaterThan(3);
    for (const [index, start] of starts.entries()) {
      for (const place of [0, DIGEST_AT, PAYLOAD_AT]) {
        const files = whole.files.survivors('kill');
        files.damage(name, start + place);
        const restart = () => fingerprint(new Recorded(files).subnet);
        if (index === starts.length - 1) expect(whole.recorded.states).toContain(restart());
        else
          expect(restart).toThrow(`memory/${name} is damaged between byte ${start} and ${starts[index + 1]}`);
      }
    }
  });

  it('says how to go on from before the damage where there is a state to go on from, and only there', () => {
    const [name] = whole.files.list() as [string];
    const starts = frameStarts(whole.files, name);
    const first = starts.findIndex((start) => whole.files.read(name, start, 1)[0] === FrameKind.commit);
    expect(first).toBeGreaterThan(0);
    for (const [index, start] of starts.slice(0, -1).entries()) {
      const files = whole.files.survivors('kill');
      files.damage(name, start + PAYLOAD_AT);
      const advice = messageOf(() => new Recorded(files));
      const [, length] = /cut the file to (\d+) bytes/.exec(advice) ?? [];
      if (index <= first) {
        expect(length).toBeUndefined();
        expect(advice).toContain('move the folder away');
      } else {
        files.cut(name, Number(length));
        expect(whole.recorded.states).toContain(fingerprint(new Recorded(files).subnet));
      }
    }
  });

  it('loses power, and comes back at a finished message no older than the last that was synced', () => {
    for (let operation = 1; operation <= whole.files.operations; operation++) {
      const { recorded, files } = runUntilKilled({ operation, when: 'before' });
      const back = fingerprint(new Recorded(files.survivors('power loss')).subnet);
      const position = [EMPTY, ...whole.recorded.states].lastIndexOf(back);
      expect(position).toBeGreaterThanOrEqual(recorded.synced);
    }
  });
});

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}

const DIGEST_AT = 8;
const PAYLOAD_AT = 40;

function frameStarts(files: MemoryFiles, name: string): number[] {
  const starts: number[] = [];
  for (let position = 0; ; ) {
    const header = Buffer.from(files.read(name, position, PAYLOAD_AT));
    if (header.length < PAYLOAD_AT) return starts;
    starts.push(position);
    position += PAYLOAD_AT + header.readUInt32LE(4);
  }
}

const EMPTY = fingerprint(new Subnet({ startTime: 1_000n, seed: 'test' }));

function runUntilKilled(kill: Kill): { recorded: Recorded; files: MemoryFiles } {
  const files = new MemoryFiles(kill);
  const recorded = new Recorded(files);
  try {
    recorded.run();
  } catch (error) {
    if (error instanceof Killed) return { recorded, files };
    throw error;
  }
  throw new Error(`the process was not killed at operation ${kill.operation}`);
}

describe('settings', () => {
  it('come back as they were, and those that older states lack as the IC gives them', () => {
    const viewer = Principal.fromUint8Array(Uint8Array.of(3, 3));
    const settings = {
      ...defaultSettings([CONTROLLER]),
      statusVisibility: { allowedViewers: [viewer] },
      minimumIncomingCanisterCallCycles: 7n,
    };
    const saved = saveSettings(settings);
    expect(restoreSettings(saved)).toEqual(settings);
    const { statusVisibility: _, minimumIncomingCanisterCallCycles: __, ...older } = saved;
    expect(restoreSettings(older)).toEqual(defaultSettings([CONTROLLER]));
  });
});
