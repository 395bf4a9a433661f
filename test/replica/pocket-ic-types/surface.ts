/**
 * Holds the embedded replica's interface against that of PocketIC's client, by the compiler alone: nothing here runs. The `tsconfig.json`
 * beside it takes the client's `@icp-sdk/core` and this project's `@dfinity` packages, which are the same classes under two names, as one.
 */
import type { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import type * as pocketIc from '@hadronous/pic';
import type { PocketIc } from '../../../src/replica';

/** Compiles only when `Ours` can stand wherever `Theirs` is expected. */
type Replaces<Ours extends Theirs, Theirs> = Ours;

type Shared = keyof PocketIc & keyof pocketIc.PocketIc;
/** Their results are typed by the caller's service; `actors` below holds them against each other. */
type Generic = 'setupCanister' | 'createActor' | 'createDeferredActor';

/** PocketIC names types of subnets by an enumeration, which no other package's text can be. */
type Subnets =
  | 'getTopology'
  | 'getApplicationSubnets'
  | 'getSystemSubnets'
  | 'getBitcoinSubnet'
  | 'getFiduciarySubnet'
  | 'getInternetIdentitySubnet'
  | 'getNnsSubnet'
  | 'getSnsSubnet';

/** Every method that both have takes what PocketIC's takes and returns what PocketIC's returns. */
export type Methods = Replaces<
  Pick<PocketIc, Exclude<Shared, Generic | Subnets>>,
  Pick<pocketIc.PocketIc, Exclude<Shared, Generic | Subnets>>
>;

type Subnet<Topology> = Omit<Topology, 'type'> & { type: string };

export type OneSubnet = Replaces<
  Subnet<Awaited<ReturnType<PocketIc['getTopology']>>[number]>,
  Subnet<pocketIc.SubnetTopology>
>;

/** Of this replica's methods only these are its own. */
export type Own = Replaces<Exclude<keyof PocketIc, keyof pocketIc.PocketIc>, OwnMethod>;

export type Creation = Replaces<
  Parameters<typeof pocketIc.PocketIc.create>,
  Parameters<typeof PocketIc.create>
>;

export type Setup = Replaces<pocketIc.SetupCanisterOptions, Parameters<PocketIc['setupCanister']>[0]>;

/** Names that a test for PocketIC never uses. */
type OwnMethod = 'inspect';

interface Service {
  add: pocketIc.ActorMethod<[bigint, string], bigint>;
  read: pocketIc.ActorMethod<[], string[]>;
}

declare const ours: PocketIc;
declare const theirs: pocketIc.PocketIc;
declare const idlFactory: IDL.InterfaceFactory;
declare const canisterId: Principal;

/** Members by name: PocketIC types its actors as constructors too, which neither they nor ours are. */
type Members<Type> = { [Key in keyof Type]: Type[Key] };

/** What a test file does with actors, on both. */
export async function actors(): Promise<void> {
  const wasm = 'canister.wasm';
  const fixture = await ours.setupCanister<Service>({ idlFactory, wasm });
  const expected = await theirs.setupCanister<Service>({ idlFactory, wasm });
  const id: typeof expected.canisterId = fixture.canisterId;
  const inFixture: Members<typeof expected.actor> = fixture.actor;
  const theirActor = theirs.createActor<Service>(idlFactory, canisterId);
  const actor: Members<typeof theirActor> = ours.createActor<Service>(idlFactory, canisterId);
  const theirDeferred = theirs.createDeferredActor<Service>(idlFactory, canisterId);
  const deferred: Members<typeof theirDeferred> = ours.createDeferredActor<Service>(idlFactory, canisterId);
  void [id, inFixture, actor, deferred];
}
