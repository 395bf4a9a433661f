import type { IDL } from '@dfinity/candid';

/** The types of a method's arguments, in order. */
export type ParameterTypes = [IDL.Type, ...IDL.Type[]] | [];

/** How a method is called. The interface that clients get and the canister's own declaration are made from it. */
export interface MethodSignature {
  readonly mode: 'query' | 'update';
  readonly parameters: ParameterTypes;
  readonly result: IDL.Type;
}

/** A method that changes nothing: answered by one node, without consensus. */
export function queryMethod(parameters: ParameterTypes, result: IDL.Type): MethodSignature {
  return { mode: 'query', parameters, result };
}

/** A method whose effects last. */
export function updateMethod(parameters: ParameterTypes, result: IDL.Type): MethodSignature {
  return { mode: 'update', parameters, result };
}
