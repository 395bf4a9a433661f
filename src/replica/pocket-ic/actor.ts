import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';

/** A canister's methods by name, as `didc` and the agent's type generators write them. */
export type ActorInterface<T = object> = { [K in keyof T]: (...args: never[]) => Promise<unknown> };

/** Something that knows its principal, such as an agent's identity. */
export interface IdentityLike {
  getPrincipal(): Principal;
}

/** A canister's methods, typed, with the caller to call them as (anonymous at first). */
export type Actor<T> = T & {
  setPrincipal(principal: Principal): void;
  setIdentity(identity: IdentityLike): void;
};

/**
 * Methods that answer as soon as the message is submitted, with a function that waits for its reply. (The promise of a promise is how
 * PocketIC types it; `await` takes both away.)
 */
export type DeferredActor<T> = {
  [K in keyof T]: T[K] extends (...args: infer Args) => infer Reply
    ? (...args: Args) => Promise<() => Promise<Reply>>
    : never;
} & {
  setPrincipal(principal: Principal): void;
  setIdentity(identity: IdentityLike): void;
};

/** How an actor reaches its canister. */
export interface CallTransport {
  query(method: string, argument: Uint8Array, sender: Principal): Promise<Uint8Array>;
  update(method: string, argument: Uint8Array, sender: Principal): Promise<Uint8Array>;
}

export function createActor<T extends ActorInterface<T>>(
  interfaceFactory: IDL.InterfaceFactory,
  transport: CallTransport,
): Actor<T> {
  return build(interfaceFactory, (name, type) => {
    const send = isQuery(type) ? transport.query : transport.update;
    return async (sender, args) =>
      decodeResults(type.retTypes, await send(name, encodeArguments(type, args), sender));
  }) as Actor<T>;
}

/** @param submit sends an update, and gives what waits for its reply */
export function createDeferredActor<T extends ActorInterface<T>>(
  interfaceFactory: IDL.InterfaceFactory,
  submit: (method: string, argument: Uint8Array, sender: Principal) => () => Promise<Uint8Array>,
): DeferredActor<T> {
  return build(interfaceFactory, (name, type) => async (sender, args) => {
    const answer = submit(name, encodeArguments(type, args), sender);
    return async () => decodeResults(type.retTypes, await answer());
  }) as DeferredActor<T>;
}

type Method = (sender: Principal, args: unknown[]) => Promise<unknown>;

function build(
  interfaceFactory: IDL.InterfaceFactory,
  make: (name: string, type: IDL.FuncClass) => Method,
): Record<string, unknown> {
  let sender = Principal.anonymous();
  const actor: Record<string, unknown> = {
    setPrincipal: (principal: Principal) => {
      sender = principal;
    },
    setIdentity: (identity: IdentityLike) => {
      sender = identity.getPrincipal();
    },
  };
  for (const [name, type] of interfaceFactory({ IDL })._fields) {
    const method = make(name, type);
    actor[name] = (...args: unknown[]) => method(sender, args);
  }
  return actor;
}

function isQuery(type: IDL.FuncClass): boolean {
  return type.annotations.some((annotation) => annotation.endsWith('query'));
}

function encodeArguments(type: IDL.FuncClass, args: unknown[]): Uint8Array {
  return new Uint8Array(IDL.encode(type.argTypes, args));
}

/** None, one, or an array of several results, as agents return them. */
function decodeResults(types: IDL.Type[], reply: Uint8Array): unknown {
  const results = IDL.decode(types, reply);
  return results.length > 1 ? results : results[0];
}
