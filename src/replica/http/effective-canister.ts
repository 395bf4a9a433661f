import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import type { Canister } from '../canister/canister';
import type { Subnet } from '../subnet/subnet';
import type { RequestContent } from './envelope';
import { badRequest } from './http-error';

const BY_TARGET = IDL.Record({ target_canister: IDL.Principal });
const BY_ID = IDL.Record({ canister_id: IDL.Principal });
/** Management methods that concern no canister that exists yet. */
const CREATES: ReadonlySet<string> = new Set(['provisional_create_canister_with_cycles', 'create_canister']);

/**
 * The canister that a message is for, undefined for the management canister.
 * @param effective the canister id of the address (IC interface specification, "Effective canister id")
 * @throws HttpError when the address is another canister's
 * @throws CanisterRejectError when there is no such canister
 */
export function effectiveCanisterOf(
  subnet: Subnet,
  { canisterId, methodName, arg }: RequestContent,
  effective: Uint8Array,
): Canister | undefined {
  if (canisterId.length > 0) {
    requireSame(canisterId, effective);
    return subnet.canisters.get(Principal.fromUint8Array(canisterId));
  }
  if (!CREATES.has(methodName)) requireSame(managed(methodName, arg), effective);
  return undefined;
}

/** The canister that a management call is about. */
function managed(method: string, argument: Uint8Array): Uint8Array {
  try {
    if (method === 'install_chunked_code') {
      const [{ target_canister: id }] = IDL.decode([BY_TARGET], argument) as unknown as [
        { target_canister: Principal },
      ];
      return id.toUint8Array();
    }
    const [{ canister_id: id }] = IDL.decode([BY_ID], argument) as unknown as [{ canister_id: Principal }];
    return id.toUint8Array();
  } catch {
    throw badRequest(`arg: the argument of ${method} names no canister`);
  }
}

function requireSame(canister: Uint8Array, effective: Uint8Array): void {
  if (Buffer.compare(canister, effective) === 0) return;
  const names = [canister, effective].map((id) => Principal.fromUint8Array(id).toText());
  throw badRequest(`canister_id: the message is for ${names[0]}, the address is of ${names[1]}`);
}
