import type { GenericIdlFuncArgs, IDL } from '@dfinity/candid';
import { type CandidType, type Method, PRIMITIVES, typeOfField } from './declare';
import { resultOf } from './result';

/** The `IDL` module that an agent, PocketIC or Azle hands in; each checks types against its own classes. */
export type IdlModule = Parameters<IDL.InterfaceFactory>[0]['IDL'];

/** A method's types, as a library of Candid wants them. */
export interface MethodTypes {
  readonly parameters: GenericIdlFuncArgs;
  readonly result: IDL.Type;
}

/**
 * Declared types as the library's. Each is made once, however often it is used: a record of the library sorts its fields
 * by their hashes, which interpreted JavaScript pays for dearly when the canister starts.
 */
export class IdlTypes {
  readonly #idl: IdlModule;
  readonly #made = new Map<CandidType, IDL.Type>();

  constructor(IDL: IdlModule) {
    this.#idl = IDL;
  }

  of(declared: CandidType): IDL.Type {
    let made = this.#made.get(declared);
    if (made === undefined) {
      made = this.#make(declared);
      this.#made.set(declared, made);
    }
    return made;
  }

  ofMethod(method: Method): MethodTypes {
    return {
      parameters: method.takes.map(({ type }) => this.of(type)) as GenericIdlFuncArgs,
      result: this.of(replyOf(method)),
    };
  }

  #make(declared: CandidType): IDL.Type {
    const IDL = this.#idl;
    switch (declared.kind) {
      case 'primitive':
        return IDL[PRIMITIVES[declared.name]];
      case 'opt':
        return IDL.Opt(this.of(declared.inner));
      case 'vec':
        return IDL.Vec(this.of(declared.inner));
      case 'tuple':
        return IDL.Tuple(...declared.parts.map((part) => this.of(part)));
      case 'record':
      case 'variant': {
        const fields: Record<string, IDL.Type> = {};
        for (const name in declared.fields) {
          fields[name] = this.of(typeOfField(declared.fields[name]!));
        }
        return declared.kind === 'record' ? IDL.Record(fields) : IDL.Variant(fields);
      }
    }
  }
}

/** The type of a method's reply. */
export function replyOf(method: Method): CandidType {
  return method.answers === undefined ? method.replies : resultOf(method.answers);
}
