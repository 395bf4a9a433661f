// Plans of an application's types, and what is encoded and decoded by them.

import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import type { CandidPlan, NativeModule } from '../native/interface';
import { type CompiledTypes, compileTypes, Unplannable } from './compile';

/** The native module; there is none while the link asks the canister's JavaScript for its methods. */
export const native = (globalThis as { readonly _tabularium?: NativeModule })._tabularium;

native?.installCandid({
  make: (bytes) => Principal.fromUint8Array(bytes),
  read: (value) =>
    (value as Principal | undefined)?._isPrincipal ? (value as Principal).toUint8Array() : undefined,
});

/** A list of types, as far as it was looked up: the plan of that much, and how it goes on. */
interface Branch {
  /** `null` when there is none for these types. */
  plan?: CandidPlan | null;
  readonly longer: WeakMap<IDL.Type, Branch>;
}

/**
 * Types are looked up one by one, by identity: a list is written anew for every call, what it lists hardly ever is. Nothing
 * here holds a type, so that plans go with the types of which they are.
 */
const root: Branch = { longer: new WeakMap() };

/** The plan of a list of types, made when it is first asked for; `undefined` when there is none. */
export function planOf(types: readonly IDL.Type[]): CandidPlan | undefined {
  let branch = root;
  for (const type of types) {
    let next = branch.longer.get(type);
    if (next === undefined) {
      next = { longer: new WeakMap() };
      branch.longer.set(type, next);
    }
    branch = next;
  }
  if (branch.plan === undefined) branch.plan = makePlan(types);
  return branch.plan ?? undefined;
}

function makePlan(types: readonly IDL.Type[]): CandidPlan | null {
  const compiled = compile(types);
  if (native === undefined || compiled instanceof Unplannable) return null;
  return native.candidPlan(compiled.words, compiled.labels) ?? null;
}

/** Why there is no plan for types; `undefined` when there is one. */
export function whyUnplannable(types: readonly IDL.Type[]): string | undefined {
  const compiled = compile(types);
  return compiled instanceof Unplannable ? compiled.message : undefined;
}

function compile(types: readonly IDL.Type[]): CompiledTypes | Unplannable {
  try {
    return compileTypes(IDL, types);
  } catch (error) {
    if (error instanceof Unplannable) return error;
    throw error;
  }
}
