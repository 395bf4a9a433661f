// What src/codec/azle.ts stands for in a bundle: Azle's src/stable/lib/execute_and_reply_with_candid_serde.ts.

declare module 'azle-serde' {
  import type { IDL } from '@dfinity/candid';

  export type CanisterMethodMode =
    | 'query'
    | 'update'
    | 'init'
    | 'postUpgrade'
    | 'preUpgrade'
    | 'inspectMessage'
    | 'heartbeat'
    | 'onLowWasmMemory';

  /** The types of every query and update. */
  export type MethodTypes = Readonly<Record<string, IDL.FuncClass>>;

  export function executeAndReplyWithCandidSerde(
    mode: CanisterMethodMode,
    callback: (...values: unknown[]) => unknown,
    parameters: IDL.Type[],
    result: IDL.Type | undefined,
    manual: boolean,
    methods: MethodTypes,
  ): Promise<void>;

  export function idlEncode(types: IDL.Type[], values: unknown[]): Uint8Array;
  export function idlDecode(types: IDL.Type[], bytes: Uint8Array): unknown[];
}
