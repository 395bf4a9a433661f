import { type IdlModule, IdlTypes } from './idl';
import { CandidInstallOptions } from './lifecycle';
import { METHODS } from './methods';

/** What an agent hands to {@link idlFactory}. */
interface ServiceIdl extends IdlModule {
  Func(parameters: object[], results: object[], annotations: string[]): object;
  Service(methods: Record<string, object>): object;
}

/** The service's interface for an agent or PocketIC: `createActor(idlFactory, …)`. */
export function idlFactory<Idl extends ServiceIdl>({
  IDL,
}: {
  readonly IDL: Idl;
}): ReturnType<Idl['Service']> {
  const types = new IdlTypes<object>(IDL);
  const functions = Object.entries(METHODS).map(([name, method]) => {
    const { parameters, result } = types.ofMethod(method);
    return [name, IDL.Func(parameters, [result], method.kind === 'query' ? ['query'] : [])] as const;
  });
  return IDL.Service(Object.fromEntries(functions)) as ReturnType<Idl['Service']>;
}

/** The type of the install argument and of the upgrade argument. */
export function init<Idl extends IdlModule>({ IDL }: { readonly IDL: Idl }): ReturnType<Idl['Opt']>[] {
  return [new IdlTypes<ReturnType<Idl['Opt']>>(IDL).of(CandidInstallOptions)];
}
