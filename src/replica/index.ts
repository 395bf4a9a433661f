/** The embedded replica: PocketIC's interface without a server. For development and tests; no production code imports it. */

export type { LogVisibility } from './canister/canister-settings';
export type { Reject, ReplicaErrorCode } from './errors';
export { CanisterRejectError, ErrorCode, RejectCode, ReplicaError } from './errors';
export type {
  ExecutionKind,
  ExecutionOutcome,
  ExecutionRecord,
  StableFigures,
  TouchedPages,
} from './execution/execution-record';
export type { Faults } from './execution/faults';
export type { ProfileLine, TouchedHeapPage } from './execution/profile';
export { pagesText, profileText, traceLine, traceText } from './execution/trace';
export type { Rules } from './instruction-prices';
export { rulesText } from './instruction-prices';
export type { CanisterStatusReport } from './management/canister-status';
export type { ServeCanisterOptions, ServedCanister } from './network/serve-canister';
export { serveCanister } from './network/serve-canister';
export type { Actor, ActorInterface, DeferredActor, IdentityLike } from './pocket-ic/actor';
export { CanisterInspector } from './pocket-ic/inspection';
export type {
  CallOptions,
  CanisterOptions,
  CreateCanisterOptions,
  InstallCodeOptions,
  ReplicaOptions,
  SetupCanisterOptions,
  UpdateCanisterSettingsOptions,
  UpgradeCanisterOptions,
} from './pocket-ic/options';
export type { CanisterFixture } from './pocket-ic/pocket-ic';
export { PocketIc } from './pocket-ic/pocket-ic';
