import type { IDL } from '@dfinity/candid';
import { type IdlModule, IdlTypes } from './idl';
import { CandidInstallOptions } from './lifecycle';
import { METHODS } from './methods';

/** The service's interface for an agent or PocketIC: `createActor(idlFactory, …)`. */
export const idlFactory: IDL.InterfaceFactory = ({ IDL }) => {
  const types = new IdlTypes(IDL);
  const functions = Object.entries(METHODS).map(([name, method]) => {
    const { parameters, result } = types.ofMethod(method);
    return [name, IDL.Func(parameters, [result], method.kind === 'query' ? ['query'] : [])] as const;
  });
  return IDL.Service(Object.fromEntries(functions));
};

/** The type of the install argument and of the upgrade argument. */
export const init = ({ IDL }: { IDL: IdlModule }): IDL.Type[] => [new IdlTypes(IDL).of(CandidInstallOptions)];
