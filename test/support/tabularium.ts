import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Principal } from '@dfinity/principal';
import { AUDIT_MEMORY_ID } from '../../catalog/slots/slot-plan';
import type { CandidFailure, CandidResult } from '../../src/candid';
import type { ArchiveClient } from '../../src/client';
import { Installation, type InstallChoices, installArgument, principalOf } from '../../src/harness';
import { linkCanister } from '../../src/link';
import type { CanisterInspector, Rules } from '../../src/replica';
import { readManager, readVirtualMemory } from '../native/storage/manager-image';
import { Management } from '../replica/support/management';
import { createReplica, inspect } from './replica';

export { installArgument, principalOf };

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

let built: Promise<string> | undefined;

/** Path of the canister's Wasm, linked once a process and only when a source has changed. */
export function builtCanister(): Promise<string> {
  built ??= linkCanister({
    main: 'canister/index.ts',
    name: 'tabularium',
    outDir: join(PROJECT, 'dist'),
  }).then(({ wasm }) => wasm);
  return built;
}

/** The canister's module. */
async function builtModule(): Promise<Uint8Array> {
  return new Uint8Array(readFileSync(await builtCanister()));
}

export const OPERATOR = principalOf('operator');
export const ALICE = principalOf('alice');
export const BOB = principalOf('bob');
export const ANONYMOUS = Principal.anonymous();

/** A module that does nothing: the canister of somebody else. */
const FORMER_OWNER = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

export interface TestedChoices extends InstallChoices {
  /** What the replica's random beacon draws from. */
  readonly seed?: string;
  /** By which the replica charges touched pages. */
  readonly rules?: Rules;
}

/** The canister in an embedded replica, controlled by {@link OPERATOR}. */
export class InstalledTabularium extends Installation {
  static async install({ seed, rules, ...choices }: TestedChoices = {}): Promise<InstalledTabularium> {
    const pic = await createReplica({ ...(seed !== undefined && { seed }), ...(rules && { rules }) });
    const wasm = await builtModule();
    const { canisterId } = await Installation.create(pic, OPERATOR, wasm, choices);
    return new InstalledTabularium(pic, canisterId, OPERATOR, wasm);
  }

  /** The canister in the place of somebody else's, whose stable memory it finds. */
  static async over(stable: Uint8Array): Promise<InstalledTabularium> {
    const pic = await createReplica({});
    const canisterId = await pic.createCanister({ sender: OPERATOR });
    await pic.installCode({ canisterId, wasm: FORMER_OWNER, sender: OPERATOR });
    await pic.setStableMemory(canisterId, stable);
    const installed = new InstalledTabularium(pic, canisterId, OPERATOR, await builtModule());
    await installed.upgrade();
    return installed;
  }

  /** Keeps code and memories as they are now. Returns what brings them back, as often as wanted. */
  async checkpoint(): Promise<() => Promise<void>> {
    const management = new Management(this.pic, OPERATOR);
    const canister_id = this.canisterId;
    const taken = { canister_id, replace_snapshot: [] };
    const { id } = await management.update<{ id: Uint8Array }>('take_canister_snapshot', taken);
    return () => management.update('load_canister_snapshot', { canister_id, snapshot_id: id });
  }

  /** A new archive, as its owner sees it. */
  async archive(id: string, owner: Principal = OPERATOR): Promise<ArchiveClient> {
    await this.client().createArchive(id, owner);
    return this.client(owner).archive(id);
  }

  override get inspect(): CanisterInspector {
    return inspect(this.pic, this.canisterId);
  }

  /** SHA-256 of each virtual memory that owns pages, by MemoryId; without the audit log, where refusals are told too. */
  memoryHashes(): Map<number, string> {
    const bytes = this.inspect.readStable(0, this.inspect.stableBytes);
    const ids = Object.keys(readManager(bytes).sizes)
      .map(Number)
      .filter((id) => id !== AUDIT_MEMORY_ID);
    return new Map(
      ids.map((id) => [id, createHash('sha256').update(readVirtualMemory(bytes, id)).digest('hex')]),
    );
  }

  /** SHA-256 of heap and stable memory together: equal before and after a message that changed nothing. */
  stateHash(): string {
    return `${this.inspect.hashHeap()} ${this.inspect.hashStable()}`;
  }
}

/** What the canister answered. A message that `inspect_message` dropped counts as refused for its caller's roles. */
export function answerOf(reply: Promise<CandidResult<unknown>>): Promise<CandidResult<unknown>> {
  return reply.catch(dropped);
}

/** What the canister refused with. Fails when nothing was refused. */
export async function failureOf(reply: Promise<CandidResult<unknown>>): Promise<CandidFailure> {
  const result = await answerOf(reply);
  if ('ok' in result) {
    throw new Error(
      `expected a refusal, got ${JSON.stringify(result.ok, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))}`,
    );
  }
  return result.err;
}

/** @throws whatever is no drop */
function dropped(error: unknown): { err: CandidFailure } {
  const { message } = error as Error;
  if (!/rejected the message/.test(message)) throw error;
  return {
    err: { code: 'NOT_AUTHORISED', message, extended_code: [], offset: [], statement: [], budget: [] },
  };
}
