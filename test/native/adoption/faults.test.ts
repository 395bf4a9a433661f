import { beforeAll, describe, expect, it } from 'vitest';
import { installFacade } from '../../../src/database/install';
import { NodeHost } from '../../../src/native/node';
import { nativeModule } from '../../support/native-host';
import { checkManager, readVirtualMemory } from '../storage/manager-image';
import { checkConservation, readStoredImage } from '../storage/store-image';
import { AdoptionHost, SLOT, WORKSPACE } from './adoption-host';
import { FaultyMemory } from './faulty-memory';
import { fnv64, writeSegmented } from './foreign-images';
import { mount } from './mounted';
import { randomFile } from './sqlite-file';

const file = randomFile({ pageSize: 16384, pages: 12, seed: 21 });
const old = writeSegmented(file, { checksum: fnv64(file) });
const BUDGET = 16;

let module: WebAssembly.Module;
/** Stable memory before each message of an adoption. */
const states: { name: string; before: Uint8Array; run: (host: NodeHost) => void }[] = [];

const begin = (host: NodeHost) => host.native.beginAdoption(SLOT, 1);
const step = (host: NodeHost) => void host.native.continueAdoption(SLOT, BUDGET);
const cancel = (host: NodeHost) => host.native.cancelAdoption(SLOT);

beforeAll(async () => {
  module = await nativeModule();
  const host = await AdoptionHost.start(mount({ [SLOT]: old, [SLOT + 1]: old }));
  states.push({ name: 'begin', before: host.bytes(), run: begin });
  host.native.beginAdoption(SLOT, 1);
  for (let n = 1; host.native.adoptionProgress(); n++) {
    states.push({ name: `step ${n}`, before: host.bytes(), run: step });
    states.push({ name: `cancel before step ${n}`, before: host.bytes(), run: cancel });
    host.native.continueAdoption(SLOT, BUDGET);
  }
});

function start(stableMemory: FaultyMemory): NodeHost {
  const host = new NodeHost({ module, stableMemory });
  installFacade(host.native);
  return host;
}

/** The rest of the adoption from a state, in a host of its own. */
function finish(bytes: Uint8Array): void {
  const memory = new FaultyMemory(bytes);
  const host = start(memory);
  if (host.native.inspectSlot(SLOT).kind !== 'tabularium') {
    if (!host.native.adoptionProgress()) begin(host);
    while (!host.native.continueAdoption(SLOT, BUDGET).complete);
  }
  const after = memory.bytes();
  checkManager(after);
  checkConservation(readVirtualMemory(after, SLOT));
  expect(Buffer.compare(readStoredImage(readVirtualMemory(after, SLOT)), file)).toBe(0);
  expect(Buffer.compare(readVirtualMemory(after, SLOT + 1), old)).toBe(0);
  expect(readVirtualMemory(after, WORKSPACE)).toHaveLength(0);
}

describe('a trap at every write of an adoption', () => {
  it.each(['before', 'after'] as const)('%s it leaves the state before the message', (fault) => {
    let traps = 0;
    expect(states.map(({ name }) => name)).toContain('step 3');
    for (const { name, before, run } of states) {
      for (let ordinal = 1; ; ordinal++) {
        const memory = new FaultyMemory(before);
        const host = start(memory);
        memory.arm(fault, ordinal);
        let trapped = false;
        try {
          run(host);
        } catch {
          trapped = true;
        }
        if (!memory.fired) {
          expect(trapped).toBe(false);
          break;
        }
        expect(host.trapped, `${name}, write ${ordinal}`).toBe(true);
        const after = memory.bytes().subarray(0, before.length);
        expect(Buffer.compare(after, before), `${name}, write ${ordinal}`).toBe(0);
        traps++;
      }
    }
    expect(traps).toBeGreaterThan(50);
    for (const { before } of states) finish(before);
  });
});

describe('a refused growth', () => {
  it('at any place is an error that leaves the slot as it was, and does not end the adoption', () => {
    let refusals = 0;
    for (const { before, run } of states) {
      for (let ordinal = 1; ; ordinal++) {
        const memory = new FaultyMemory(before);
        const host = start(memory);
        memory.arm('refuse', ordinal);
        let code: unknown;
        try {
          run(host);
        } catch (error) {
          code = (error as { code?: unknown }).code;
        }
        if (!memory.fired) break;
        refusals++;
        expect(code).toBe('STABLE_MEMORY_FULL');
        expect(Buffer.compare(readVirtualMemory(memory.bytes(), SLOT), old)).toBe(0);
        finish(memory.bytes());
      }
    }
    expect(refusals).toBeGreaterThan(1);
  });
});
