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

/** How an actor reaches its canister. */
export interface CallTransport {
  query(method: string, argument: Uint8Array, sender: Principal): Promise<Uint8Array>;
  update(method: string, argument: Uint8Array, sender: Principal): Promise<Uint8Array>;
}

export function createActor<T extends ActorInterface<T>>(
  interfaceFactory: IDL.InterfaceFactory,
  transport: CallTransport,
): Actor<T> {
  const service = interfaceFactory({ IDL });
  let sender = Principal.anonymous();
  const actor: Record<string, unknown> = {
    setPrincipal: (principal: Principal) => {
      sender = principal;
    },
    setIdentity: (identity: IdentityLike) => {
      sender = identity.getPrincipal();
    },
  };
  for (const [method, type] of service._fields) {
    const isQuery = type.annotations.some((annotation) => annotation.endsWith('query'));
    actor[method] = async (...args: unknown[]) => {
      const argument = new Uint8Array(IDL.encode(type.argTypes, args));
      const send = isQuery ? transport.query : transport.update;
      return decodeResults(type.retTypes, await send(method, argument, sender));
    };
  }
  return actor as Actor<T>;
}

/** None, one, or an array of several results, as agents return them. */
function decodeResults(types: IDL.Type[], reply: Uint8Array): unknown {
  const results = IDL.decode(types, reply);
  return results.length > 1 ? results : results[0];
}
