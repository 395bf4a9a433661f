import { type CandidType, type Method, PRIMITIVES, typeOfField } from './declare';
import { resultOf } from './result';

/**
 * The `IDL` module that an agent, PocketIC or Azle hands in. Each has classes of its own and checks types against them, so this
 * room names no library of Candid: it puts together what it is given.
 */
export interface IdlModule extends Readonly<Record<(typeof PRIMITIVES)[keyof typeof PRIMITIVES], object>> {
  Opt(inner: object): object;
  Vec(inner: object): object;
  Tuple(...parts: object[]): object;
  Record(fields: Record<string, object>): object;
  Variant(fields: Record<string, object>): object;
}

/** A method's types, as a library of Candid wants them. */
export interface MethodTypes<Type> {
  readonly parameters: [] | [Type, ...Type[]];
  readonly result: Type;
}

/**
 * Declared types as the library's. Each is made once, however often it is used: a record of the library sorts its fields
 * by their hashes, which interpreted JavaScript pays for dearly when the canister starts.
 *
 * @typeParam Type the library's class of types
 */
export class IdlTypes<Type extends object> {
  readonly #idl: IdlModule;
  readonly #made = new Map<CandidType, object>();

  constructor(IDL: IdlModule) {
    this.#idl = IDL;
  }

  of(declared: CandidType): Type {
    return this.#of(declared) as Type;
  }

  ofMethod(method: Method): MethodTypes<Type> {
    return {
      parameters: method.takes.map(({ type }) => this.of(type)) as MethodTypes<Type>['parameters'],
      result: this.of(replyOf(method)),
    };
  }

  #of(declared: CandidType): object {
    let made = this.#made.get(declared);
    if (made === undefined) {
      made = this.#make(declared);
      this.#made.set(declared, made);
    }
    return made;
  }

  #make(declared: CandidType): object {
    const IDL = this.#idl;
    switch (declared.kind) {
      case 'primitive':
        return IDL[PRIMITIVES[declared.name]];
      case 'opt':
        return IDL.Opt(this.#of(declared.inner));
      case 'vec':
        return IDL.Vec(this.#of(declared.inner));
      case 'tuple':
        return IDL.Tuple(...declared.parts.map((part) => this.#of(part)));
      case 'record':
      case 'variant': {
        const fields: Record<string, object> = {};
        for (const name in declared.fields) {
          fields[name] = this.#of(typeOfField(declared.fields[name]!));
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
