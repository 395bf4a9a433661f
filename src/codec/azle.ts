// Stands in an application's bundle for Azle's src/stable/lib/execute_and_reply_with_candid_serde.ts (src/link puts it there),
// with the same exports: what Azle's decorators and `call` encode and decode goes through the native codec. What has no plan,
// or cannot be encoded natively, goes Azle's own way, and fails in Azle's words.

import type { IDL } from '@dfinity/candid';
import * as azle from 'azle-serde';
import type { CandidPlan, NativeModule } from '../native/interface';
import { native, planOf, whyUnplannable } from './codec';

export type { CanisterMethodMode } from 'azle-serde';

type Callback = (...values: unknown[]) => unknown;

/** Azle's own account of its canister's methods. */
export interface CanisterClassMeta {
  readonly canisterMethodIdlParamTypes: azle.MethodTypes;
  readonly initAndPostUpgradeIdlTypes: IDL.Type[];
}

/** What of Azle's runtime is used here. */
interface AzleRuntime {
  drainMicrotasks(): void;
  msgMethodName(): string;
  msgReject(message: string): void;
  msgReply(bytes: Uint8Array): void;
}

const runtime = () => (globalThis as unknown as { readonly _azleIc: AzleRuntime })._azleIc;

/** Makes the plans of declared methods, once at boot: what a query made would be lost with it. */
export function prepareMethods(meta: CanisterClassMeta): void {
  if (native === undefined) return;
  for (const types of declaredTypes(meta).values()) planOf(types);
}

export interface UnplannedMethod {
  readonly method: string;
  readonly reason: string;
}

/** Declared methods whose types have no plan. */
export function unplannedMethods(meta: CanisterClassMeta): UnplannedMethod[] {
  const reasons = new Map<string, string>();
  for (const [place, types] of declaredTypes(meta)) {
    const reason = whyUnplannable(types);
    const method = place.split(' ', 1)[0]!;
    if (reason !== undefined && !reasons.has(method)) reasons.set(method, reason);
  }
  return [...reasons].map(([method, reason]) => ({ method, reason }));
}

/** By the method and what of it they are: the lists of types that plans are needed for. */
function declaredTypes(meta: CanisterClassMeta): Map<string, IDL.Type[]> {
  const lists = new Map<string, IDL.Type[]>([['init', meta.initAndPostUpgradeIdlTypes]]);
  for (const [name, { argTypes, retTypes }] of Object.entries(meta.canisterMethodIdlParamTypes)) {
    lists.set(`${name} arguments`, argTypes).set(`${name} result`, retTypes);
  }
  return lists;
}

/** Runs a method: decodes its arguments, calls it, and replies. */
export function executeAndReplyWithCandidSerde(
  mode: azle.CanisterMethodMode,
  callback: Callback,
  parameters: IDL.Type[],
  result: IDL.Type | undefined,
  manual: boolean,
  methods: azle.MethodTypes,
): Promise<void> {
  const azlesWay = () =>
    azle.executeAndReplyWithCandidSerde(mode, callback, parameters, result, manual, methods);
  if (manual || native === undefined) return azlesWay();
  switch (mode) {
    case 'query':
    case 'update': {
      const taken = planOf(parameters);
      const given = planOf(result === undefined ? [] : [result]);
      if (taken === undefined || given === undefined) return azlesWay();
      const values = native.candidArguments(taken);
      if (typeof values === 'string') {
        runtime().msgReject(`${nameOf(callback, parameters, methods)}: ${values}`);
        return Promise.resolve();
      }
      return answer(native, callback, values, given, result);
    }
    case 'init':
    case 'postUpgrade': {
      const taken = planOf(parameters);
      if (taken === undefined) return azlesWay();
      return azle.executeAndReplyWithCandidSerde(
        mode,
        callingWith(callback, argumentsOf(native, taken, mode)),
        [],
        undefined,
        true,
        methods,
      );
    }
    case 'inspectMessage': {
      const method = runtime().msgMethodName();
      const types = methods[method]?.argTypes;
      const taken = types && planOf(types);
      if (taken === undefined) return azlesWay();
      const values = [method, ...argumentsOf(native, taken, method)];
      return azle.executeAndReplyWithCandidSerde(
        mode,
        callingWith(callback, values),
        [],
        undefined,
        true,
        methods,
      );
    }
    default:
      return azlesWay();
  }
}

/**
 * As Azle does it: the method's microtasks are run before the reply, in which their effects on the result show.
 */
async function answer(
  codec: NativeModule,
  callback: Callback,
  values: unknown[],
  plan: CandidPlan,
  result: IDL.Type | undefined,
): Promise<void> {
  const value = await callback(...values);
  runtime().drainMicrotasks();
  if (codec.candidReply(plan, value)) return;
  const types = result === undefined ? [] : [result];
  runtime().msgReply(azle.idlEncode(types, value === undefined ? [] : [value]));
}

/** The message's arguments. Outside of queries and updates nobody can be answered: Azle traps with the error. */
function argumentsOf(codec: NativeModule, plan: CandidPlan, method: string): unknown[] {
  const values = codec.candidArguments(plan);
  if (typeof values === 'string') throw new Error(`Failed to decode Candid bytes: ${method}: ${values}`);
  return values;
}

/** For methods that Azle takes for manual ones, and so calls without arguments. */
function callingWith(callback: Callback, values: readonly unknown[]): Callback {
  return () => callback(...values);
}

/** Azle hands a bound function over, and the very list of types that the method was declared with. */
function nameOf(callback: Callback, parameters: IDL.Type[], methods: azle.MethodTypes): string {
  const declared = Object.entries(methods).find(([, { argTypes }]) => argTypes === parameters);
  return declared?.[0] ?? callback.name.replace(/^bound /, '');
}

export function idlEncode(types: IDL.Type[], values: unknown[]): Uint8Array {
  const plan = planOf(types);
  return (plan && native?.candidEncode(plan, values)) ?? azle.idlEncode(types, values);
}

export function idlDecode(types: IDL.Type[], bytes: Uint8Array): unknown[] {
  const plan = planOf(types);
  const values = plan && native?.candidDecode(plan, bytes);
  if (typeof values === 'string') throw new Error(`Failed to decode Candid bytes: ${values}`);
  return values ?? azle.idlDecode(types, bytes);
}
