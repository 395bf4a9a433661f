// Stands in an application's bundle for Azle's src/stable/lib/execute_and_reply_with_candid_serde.ts (src/link puts it there):
// what Azle's decorators and `call` encode and decode goes through the native codec. What has no plan, or cannot be encoded
// natively, goes Azle's own way, and fails in Azle's words.

import type { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import type { CandidPlan, NativeModule } from '../native/interface';
import type { Idl } from './compile';
import { Plans } from './plans';

type Mode =
  | 'query'
  | 'update'
  | 'init'
  | 'postUpgrade'
  | 'preUpgrade'
  | 'inspectMessage'
  | 'heartbeat'
  | 'onLowWasmMemory';
type Callback = (...values: unknown[]) => unknown;
/** The types of every query and update. */
type MethodTypes = Readonly<Record<string, IDL.FuncClass>>;

/** What Azle's module exports, and so what stands in for it. */
export interface Serde {
  executeAndReplyWithCandidSerde(
    mode: Mode,
    callback: Callback,
    parameters: IDL.Type[],
    result: IDL.Type | undefined,
    manual: boolean,
    methods: MethodTypes,
  ): Promise<void>;
  idlEncode(types: IDL.Type[], values: unknown[]): Uint8Array;
  idlDecode(types: IDL.Type[], bytes: Uint8Array): unknown[];
}

/** Azle's own account of its canister's methods. */
export interface CanisterClassMeta {
  readonly canisterMethodIdlParamTypes: MethodTypes;
  readonly initAndPostUpgradeIdlTypes: IDL.Type[];
}

export interface UnplannedMethod {
  readonly method: string;
  readonly reason: string;
}

export interface StandIn extends Serde {
  /** Makes the plans of declared methods, once at boot: what a query made would be lost with it. */
  prepareMethods(meta: CanisterClassMeta): void;
  /** Declared methods whose types have no plan. */
  unplannedMethods(meta: CanisterClassMeta): UnplannedMethod[];
}

/** What of Azle's runtime is used here. */
interface AzleRuntime {
  drainMicrotasks(): void;
  msgMethodName(): string;
  msgReject(message: string): void;
  msgReply(bytes: Uint8Array): void;
}

const globals = globalThis as unknown as {
  readonly _azleIc: AzleRuntime;
  readonly _tabularium?: NativeModule;
};

/**
 * @param azle the module that is stood in for
 * @param idl the types of the application's bundle, and so the only ones that can be planned
 * @param principals the class of the principals that it knows
 */
export function standIn(azle: Serde, idl: Idl, principals: typeof Principal): StandIn {
  const native = globals._tabularium;
  const plans = new Plans(idl, native);
  native?.installCandid({
    make: (bytes) => principals.fromUint8Array(bytes),
    read: (value) => {
      const principal = value as Principal | undefined;
      return principal?._isPrincipal ? principal.toUint8Array() : undefined;
    },
  });
  return {
    prepareMethods: (meta) => {
      if (native === undefined) return;
      for (const types of declaredTypes(meta).values()) plans.of(types);
      for (const [name, { argTypes }] of Object.entries(meta.canisterMethodIdlParamTypes)) {
        const plan = plans.of(argTypes);
        if (plan !== undefined) native.planArguments(name, plan);
      }
    },
    unplannedMethods: (meta) => unplanned(plans, meta),
    executeAndReplyWithCandidSerde: (mode, callback, parameters, result, manual, methods) =>
      (manual
        ? undefined
        : native && execute(azle, native, plans, mode, callback, parameters, result, methods)) ??
      azle.executeAndReplyWithCandidSerde(mode, callback, parameters, result, manual, methods),
    idlEncode: (types, values) => {
      const plan = plans.of(types);
      return (plan && native?.candidEncode(plan, values)) ?? azle.idlEncode(types, values);
    },
    idlDecode: (types, bytes) => {
      const plan = plans.of(types);
      const values = plan && native?.candidDecode(plan, bytes);
      if (typeof values === 'string') throw new Error(`Failed to decode Candid bytes: ${values}`);
      return values ?? azle.idlDecode(types, bytes);
    },
  };
}

/** By the method and what of it they are: the lists of types that plans are needed for. */
function declaredTypes(meta: CanisterClassMeta): Map<string, IDL.Type[]> {
  const lists = new Map<string, IDL.Type[]>([['init', meta.initAndPostUpgradeIdlTypes]]);
  for (const [name, { argTypes, retTypes }] of Object.entries(meta.canisterMethodIdlParamTypes)) {
    lists.set(`${name} arguments`, argTypes).set(`${name} result`, retTypes);
  }
  return lists;
}

function unplanned(plans: Plans, meta: CanisterClassMeta): UnplannedMethod[] {
  const reasons = new Map<string, string>();
  for (const [place, types] of declaredTypes(meta)) {
    const reason = plans.whyNone(types);
    const method = place.split(' ', 1)[0]!;
    if (reason !== undefined && !reasons.has(method)) reasons.set(method, reason);
  }
  return [...reasons].map(([method, reason]) => ({ method, reason }));
}

/** Runs a method: decodes its arguments, calls it, and replies. `undefined` when that is left to Azle. */
function execute(
  azle: Serde,
  native: NativeModule,
  plans: Plans,
  mode: Mode,
  callback: Callback,
  parameters: IDL.Type[],
  result: IDL.Type | undefined,
  methods: MethodTypes,
): Promise<void> | undefined {
  switch (mode) {
    case 'query':
    case 'update': {
      const taken = plans.of(parameters);
      const given = plans.of(result === undefined ? [] : [result]);
      if (taken === undefined || given === undefined) return undefined;
      const values = native.candidArguments(taken);
      if (typeof values !== 'string') return answer(azle, native, callback, values, given, result);
      globals._azleIc.msgReject(`${nameOf(callback, parameters, methods)}: ${values}`);
      return Promise.resolve();
    }
    case 'init':
    case 'postUpgrade': {
      const taken = plans.of(parameters);
      return taken && callWith(azle, mode, callback, argumentsOf(native, taken, mode), methods);
    }
    case 'inspectMessage': {
      const method = globals._azleIc.msgMethodName();
      const types = methods[method]?.argTypes;
      const taken = types && plans.of(types);
      return (
        taken && callWith(azle, mode, callback, [method, ...argumentsOf(native, taken, method)], methods)
      );
    }
    default:
      return undefined;
  }
}

/** As Azle does it: the method's microtasks are run before the reply, in which their effects on the result show. */
async function answer(
  azle: Serde,
  native: NativeModule,
  callback: Callback,
  values: unknown[],
  plan: CandidPlan,
  result: IDL.Type | undefined,
): Promise<void> {
  const value = await callback(...values);
  globals._azleIc.drainMicrotasks();
  if (native.candidReply(plan, value)) return;
  const types = result === undefined ? [] : [result];
  globals._azleIc.msgReply(azle.idlEncode(types, value === undefined ? [] : [value]));
}

/** The message's arguments. Outside of queries and updates nobody can be answered: Azle traps with the error. */
function argumentsOf(native: NativeModule, plan: CandidPlan, method: string): unknown[] {
  const values = native.candidArguments(plan);
  if (typeof values === 'string') throw new Error(`Failed to decode Candid bytes: ${method}: ${values}`);
  return values;
}

/** Azle does the rest, as for a manual method, whose arguments it leaves alone. */
function callWith(
  azle: Serde,
  mode: Mode,
  callback: Callback,
  values: readonly unknown[],
  methods: MethodTypes,
): Promise<void> {
  return azle.executeAndReplyWithCandidSerde(mode, () => callback(...values), [], undefined, true, methods);
}

/** Azle hands a bound function over, and the very list of types that the method was declared with. */
function nameOf(callback: Callback, parameters: IDL.Type[], methods: MethodTypes): string {
  const declared = Object.entries(methods).find(([, { argTypes }]) => argTypes === parameters);
  return declared?.[0] ?? callback.name.replace(/^bound /, '');
}
