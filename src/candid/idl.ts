import type { IDL } from '@dfinity/candid';

/** The `IDL` module that an agent, PocketIC or Azle hands in; each checks types against its own classes. */
export type IdlModule = Parameters<IDL.InterfaceFactory>[0]['IDL'];
