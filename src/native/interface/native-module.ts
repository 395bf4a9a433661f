import type { AdoptionCalls } from './adoption';
import type { ArchiveCalls } from './archives';
import type { CandidCalls } from './candid';
import type { ChecksumCalls, PageChecksumCalls } from './checksums';
import type { DispatchCalls } from './dispatch';
import type { ExportCalls } from './exports';
import type { ForkCalls } from './forks';
import type { HostCalls } from './host';
import type { ImportCalls } from './imports';
import type { InsightCalls } from './insights';
import type { MemoryCalls } from './memory';
import type { PoolCalls } from './pool';
import type { RequestCalls } from './requests';
import type { SnapshotCalls } from './snapshots';
import type { SpaceCalls } from './space';
import type { TextCalls } from './texts';

/** Builds the error that native code throws. `offset` is the byte offset in the SQL text or the Candid message. */
export type CreateError = (
  code: string,
  message: string,
  extendedCode: number | undefined,
  offset: number | undefined,
) => Error;

/** TypeScript's part of the binding, installed once before anything is opened. */
export interface NativeClasses {
  readonly createError: CreateError;
  /** Receives {@link NativeStatementMethods}; every prepared statement has it as its prototype. */
  readonly statementPrototype: object;
}

/**
 * What the native module offers TypeScript, as `globalThis._tabularium` in the canister (QuickJS) and from
 * `instantiateNative` in Node. Both hosts run the same WebAssembly, so behaviour differs in nothing but speed.
 *
 * Errors. A function throws `TypeError` or `RangeError` for misuse, and otherwise the error that the installed
 * {@link NativeClasses.createError} builds. Damage that no caller can handle (foreign stable memory, an engine that
 * aborts) traps the message instead, which the IC rolls back whole.
 */
export interface NativeModule
  extends ArchiveCalls,
    PoolCalls,
    RequestCalls,
    DispatchCalls,
    ImportCalls,
    SnapshotCalls,
    ExportCalls,
    ForkCalls,
    SpaceCalls,
    AdoptionCalls,
    ChecksumCalls,
    PageChecksumCalls,
    MemoryCalls,
    TextCalls,
    InsightCalls,
    CandidCalls,
    HostCalls {
  /** Version of this interface, checked by the facade. */
  readonly interfaceVersion: number;
  /** The engine's version, for example `3.53.0`. */
  readonly engineVersion: string;

  install(classes: NativeClasses): void;
}

/** The version that {@link NativeModule.interfaceVersion} must have. */
export const INTERFACE_VERSION = 1;
