import type { IDL } from '@dfinity/candid';
import type { CandidPlan, NativeModule } from '../native/interface';
import { type CompiledTypes, compileTypes, type Idl, Unplannable } from './compile';

/** A list of types, as far as it was looked up: the plan of that much, and how it goes on. */
interface Branch {
  /** `null` when there is none for these types. */
  plan?: CandidPlan | null;
  readonly longer: WeakMap<IDL.Type, Branch>;
}

/**
 * The plans of an application's types. Types are looked up one by one, by identity: a list is written anew for every call,
 * what it lists hardly ever is. Nothing here holds a type, so that plans go with the types of which they are.
 */
export class Plans {
  readonly #idl: Idl;
  readonly #native: NativeModule | undefined;
  readonly #root: Branch = { longer: new WeakMap() };

  /** @param native without it there are no plans: when the link asks the canister's JavaScript for its methods */
  constructor(idl: Idl, native: NativeModule | undefined) {
    this.#idl = idl;
    this.#native = native;
  }

  /** The plan of a list of types, made when it is first asked for; `undefined` when there is none. */
  of(types: readonly IDL.Type[]): CandidPlan | undefined {
    let branch = this.#root;
    for (const type of types) {
      let next = branch.longer.get(type);
      if (next === undefined) {
        next = { longer: new WeakMap() };
        branch.longer.set(type, next);
      }
      branch = next;
    }
    if (branch.plan === undefined) branch.plan = this.#make(types);
    return branch.plan ?? undefined;
  }

  /** Why there is no plan for types; `undefined` when there is one. */
  whyNone(types: readonly IDL.Type[]): string | undefined {
    const compiled = this.#compile(types);
    return compiled instanceof Unplannable ? compiled.message : undefined;
  }

  #make(types: readonly IDL.Type[]): CandidPlan | null {
    if (this.#native === undefined) return null;
    const compiled = this.#compile(types);
    if (compiled instanceof Unplannable) return null;
    return this.#native.candidPlan(compiled.words, compiled.labels) ?? null;
  }

  #compile(types: readonly IDL.Type[]): CompiledTypes | Unplannable {
    try {
      return compileTypes(this.#idl, types);
    } catch (error) {
      if (error instanceof Unplannable) return error;
      throw error;
    }
  }
}
