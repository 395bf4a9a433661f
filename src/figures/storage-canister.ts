import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import { linkCanister } from '../link';
import { type Actor, type ExecutionRecord, PocketIc, type Rules } from '../replica';
import { PROJECT } from './project';

/** Bytes that fit a reply, and a message, with its other arguments. */
export const CHUNK = 1_900_000;
/** Rows of one transaction: what it changes lies in the engine's memory until it commits. */
const ROWS_OF_A_CALL = 20_000;
/** What the IC charges for each access to stable memory beside its bytes. */
const STABLE_ACCESS = 20;

interface StorageService {
  create(slot: number): Promise<null>;
  fill(slot: number, rows: number): Promise<null>;
  rows(slot: number, rows: number, times: number, version: number): Promise<[string, bigint][]>;
  size(slot: number): Promise<bigint>;
  reads(slot: number, rows: number, times: number): Promise<null>;
  splits(slot: number, rows: number, isKept: boolean): Promise<[string, bigint][]>;
  create_snapshot(slot: number, name: string): Promise<[bigint, bigint]>;
  delete_snapshot(slot: number, snapshot: bigint): Promise<null>;
  reclaim_images(slot: number, pages: number): Promise<boolean>;
  compact(slot: number, pages: number): Promise<boolean>;
  refresh_checksum(slot: number, pages: number): Promise<boolean>;
  begin_export(slot: number): Promise<bigint>;
  export_chunk(
    slot: number,
    token: bigint,
    offset: bigint,
    length: number,
  ): Promise<{ readonly ok: Uint8Array }>;
  end_export(slot: number, token: bigint): Promise<null>;
  begin_import(slot: number, size: bigint, digest: Uint8Array): Promise<bigint>;
  import_chunk(
    slot: number,
    session: bigint,
    offset: bigint,
    bytes: Uint8Array,
  ): Promise<{ readonly ok: null }>;
  verify_import(slot: number, session: bigint, instructions: bigint): Promise<[string, string]>;
  switch_import(slot: number, session: bigint): Promise<null>;
  reclaim_import(slot: number, pages: number): Promise<boolean>;
}

const idlFactory: IDL.InterfaceFactory = ({ IDL }) => {
  const { Nat32, Nat64, Null, Text, Bool } = IDL;
  const bytes = IDL.Vec(IDL.Nat8);
  return IDL.Service({
    create: IDL.Func([Nat32], [Null], []),
    fill: IDL.Func([Nat32, Nat32], [Null], []),
    rows: IDL.Func([Nat32, Nat32, Nat32, Nat32], [IDL.Vec(IDL.Tuple(Text, Nat64))], []),
    size: IDL.Func([Nat32], [Nat64], ['query']),
    reads: IDL.Func([Nat32, Nat32, Nat32], [Null], []),
    splits: IDL.Func([Nat32, Nat32, Bool], [IDL.Vec(IDL.Tuple(Text, Nat64))], []),
    create_snapshot: IDL.Func([Nat32, Text], [IDL.Tuple(Nat64, Nat64)], []),
    delete_snapshot: IDL.Func([Nat32, Nat64], [Null], []),
    reclaim_images: IDL.Func([Nat32, Nat32], [Bool], []),
    compact: IDL.Func([Nat32, Nat32], [Bool], []),
    refresh_checksum: IDL.Func([Nat32, Nat32], [Bool], []),
    begin_export: IDL.Func([Nat32], [Nat64], []),
    export_chunk: IDL.Func([Nat32, Nat64, Nat64, Nat32], [IDL.Variant({ ok: bytes })], ['query']),
    end_export: IDL.Func([Nat32, Nat64], [Null], []),
    begin_import: IDL.Func([Nat32, Nat64, bytes], [Nat64], []),
    import_chunk: IDL.Func([Nat32, Nat64, Nat64, bytes], [IDL.Variant({ ok: Null })], []),
    verify_import: IDL.Func([Nat32, Nat64, Nat64], [IDL.Tuple(Text, Text)], []),
    switch_import: IDL.Func([Nat32, Nat64], [Null], []),
    reclaim_import: IDL.Func([Nat32, Nat32], [Bool], []),
  });
};

/** Instructions of single rows' reads and updates. */
export interface RowCosts {
  readonly read: readonly number[];
  readonly update: readonly number[];
}

/** A canister with one method for each operation on storage, in a replica of its own. */
export class StorageCanister {
  private constructor(
    readonly pic: PocketIc,
    readonly actor: Actor<StorageService>,
    private readonly canisterId: Principal,
  ) {}

  /** @param rules those of October 2025 for parts of messages, which the canister counts itself; for whole messages, those in force */
  static async install(rules?: Rules): Promise<StorageCanister> {
    const { wasm } = await linkCanister({
      main: 'src/figures/canisters/storage.ts',
      name: 'storage',
      outDir: join(PROJECT, '.tabularium', 'figures'),
    });
    const pic = await PocketIc.create(undefined, rules && { rules });
    const { actor, canisterId } = await pic.setupCanister<StorageService>({ idlFactory, wasm });
    return new StorageCanister(pic, actor, canisterId);
  }

  /** A new archive with so many rows, about a kilobyte each. */
  async createArchive(slot: number, rows: number): Promise<void> {
    await this.actor.create(slot);
    for (let left = rows; left > 0; left -= ROWS_OF_A_CALL) {
      await this.actor.fill(slot, Math.min(left, ROWS_OF_A_CALL));
    }
  }

  async rowCosts(slot: number, rows: number, times: number, version: number): Promise<RowCosts> {
    const measured = await this.actor.rows(slot, rows, times, version);
    const of = (kind: string) =>
      measured.filter(([name]) => name === kind).map(([, instructions]) => Number(instructions));
    return { read: of('read'), update: of('update') };
  }

  /** What the IC charges for the stable memory that a row's read reads: a mean, from an archive that was just opened on. */
  async stableCostOfRead(slot: number, rows: number, times: number): Promise<number> {
    const chargedFor = async (count: number) => {
      await this.actor.reads(slot, rows, count);
      const { stable } = this.executions('reads').at(-1)!;
      return stable.readBytes + stable.reads * STABLE_ACCESS;
    };
    return ((await chargedFor(times)) - (await chargedFor(0))) / times;
  }

  /** The pinned image of an archive, chunk by chunk. */
  async *chunks(slot: number, token: bigint, size: number): AsyncGenerator<[number, Uint8Array]> {
    for (let offset = 0; offset < size; offset += CHUNK) {
      const { ok } = await this.actor.export_chunk(slot, token, BigInt(offset), CHUNK);
      yield [offset, ok];
    }
  }

  async digest(slot: number, token: bigint, size: number): Promise<Uint8Array> {
    const hash = createHash('sha256');
    for await (const [, chunk] of this.chunks(slot, token, size)) hash.update(chunk);
    return new Uint8Array(hash.digest());
  }

  /**
   * Imports what was pinned in one slot into another, or the same.
   * @param digest SHA-256 that the image is to have; without one it is not hashed
   * @param instructionsOfACall budget of each call that verifies
   */
  async import(
    from: { readonly slot: number; readonly token: bigint; readonly size: number },
    target: number,
    digest: Uint8Array,
    instructionsOfACall: number,
  ): Promise<void> {
    const session = await this.actor.begin_import(target, BigInt(from.size), digest);
    for await (const [offset, chunk] of this.chunks(from.slot, from.token, from.size)) {
      await this.actor.import_chunk(target, session, BigInt(offset), chunk);
    }
    const verify = () => this.actor.verify_import(target, session, BigInt(instructionsOfACall));
    while ((await verify())[0] !== 'verified');
    await this.actor.switch_import(target, session);
  }

  /** Executions of methods whose names begin so, oldest first. */
  executions(...methods: string[]): ExecutionRecord[] {
    return this.pic.inspect(this.canisterId).executions.filter(({ method }) => methods.includes(method));
  }

  /** Instructions of all calls of some methods together. */
  instructionsOf(...methods: string[]): number {
    return this.executions(...methods).reduce((sum, { instructions }) => sum + instructions, 0);
  }

  /** Instructions of the dearest call of some methods. */
  largest(...methods: string[]): number {
    return Math.max(...this.executions(...methods).map(({ chargedInstructions }) => chargedInstructions));
  }

  get stableBytes(): number {
    return this.pic.inspect(this.canisterId).stableBytes;
  }
}
