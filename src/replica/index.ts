/** The embedded replica: PocketIC's interface without a server. For development and tests; no production code imports it. */
export type { Actor, ActorInterface, DeferredActor, IdentityLike } from './actor';
export type { LogVisibility } from './canister-settings';
export type { Reject } from './errors';
export { CanisterRejectError, ErrorCode, RejectCode, ReplicaError } from './errors';
export type { ExecutionKind, ExecutionOutcome, ExecutionRecord, StableFigures } from './execution-record';
export type { Faults } from './faults';
export { CanisterInspector } from './inspection';
export type { CanisterStatusReport } from './management/canister-status';
export type {
  CallOptions,
  CanisterOptions,
  CreateCanisterOptions,
  InstallCodeOptions,
  ReplicaOptions,
  SetupCanisterOptions,
  UpdateCanisterSettingsOptions,
  UpgradeCanisterOptions,
} from './options';
export type { CanisterFixture } from './pocket-ic';
export { PocketIc } from './pocket-ic';
export type { ProfileLine } from './profile';
export { profileText, traceText } from './trace';
