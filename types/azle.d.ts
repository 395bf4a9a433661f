// Azle ships TypeScript sources, which this project's stricter compiler settings would check as if they were its own.
// The type checker reads these declarations instead (tsconfig.typecheck.json); bundlers read Azle itself. Only what the
// project calls is here, with Azle's own signatures.

declare module 'azle' {
  import type { IDL } from '@dfinity/candid';
  import type { Principal } from '@dfinity/principal';

  export { IDL } from '@dfinity/candid';
  export { Principal } from '@dfinity/principal';

  type Method<This, Arguments extends unknown[], Return> = (this: This, ...args: Arguments) => Return;

  type Decorator = <This, Arguments extends unknown[], Return>(
    method: Method<This, Arguments, Return>,
    context: ClassMethodDecoratorContext<This, Method<This, Arguments, Return>>,
  ) => void;

  /** With `manual`, Azle neither decodes arguments nor replies. */
  interface MethodOptions {
    manual?: boolean;
    hidden?: boolean;
  }

  export function init(parameters?: IDL.Type[], options?: { manual?: boolean }): Decorator;
  export function postUpgrade(parameters?: IDL.Type[], options?: { manual?: boolean }): Decorator;
  export function update(parameters?: IDL.Type[], result?: IDL.Type, options?: MethodOptions): Decorator;
  export function query(
    parameters?: IDL.Type[],
    result?: IDL.Type,
    options?: MethodOptions & { composite?: boolean },
  ): Decorator;

  /** With `manual`, the method finds out by itself what is called, and with what. It accepts by returning true. */
  export function inspectMessage(options?: { manual?: boolean }): Decorator;

  /** The message's arguments, in Candid's bytes. */
  export function msgArgData(): Uint8Array;

  /** What `inspect_message` was asked about. */
  export function msgMethodName(): string;

  export function canisterCycleBalance(): bigint;

  export function canisterSelf(): Principal;

  interface CallOptions<Arguments> {
    paramIdlTypes?: IDL.Type[];
    returnIdlType?: IDL.Type;
    args?: Arguments;
    cycles?: bigint;
    oneway?: boolean;
    raw?: boolean;
  }

  export function call<Arguments extends unknown[] | Uint8Array | undefined, Return>(
    canisterId: Principal | string,
    method: string,
    options?: CallOptions<Arguments>,
  ): Promise<Return>;

  /** @param delay seconds */
  export function setTimer(delay: number, callback: () => void | Promise<void>): bigint;

  /** @param interval seconds */
  export function setTimerInterval(interval: number, callback: () => void | Promise<void>): bigint;

  /** Instructions of this message (0), or of its whole call (1). */
  export function performanceCounter(type: 0 | 1): bigint;

  export function trap(message: string): never;

  /** Nanoseconds since 1970. */
  export function time(): bigint;

  export class StableBTreeMap<Key, Value> {
    constructor(memoryId: number);
    insert(key: Key, value: Value): Value | null;
    get(key: Key): Value | null;
    containsKey(key: Key): boolean;
    remove(key: Key): Value | null;
    len(): bigint;
  }
}
