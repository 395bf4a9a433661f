/** Reject codes of the IC interface specification. */
export const RejectCode = {
  sysFatal: 1,
  sysTransient: 2,
  destinationInvalid: 3,
  canisterReject: 4,
  canisterError: 5,
  sysUnknown: 6,
} as const;

export type RejectCode = (typeof RejectCode)[keyof typeof RejectCode];

/** Error codes that the IC adds to a reject, as its HTTP interface prints them. */
export const ErrorCode = {
  canisterOutOfCycles: 'IC0207',
  canisterNotFound: 'IC0301',
  canisterSnapshotNotFound: 'IC0305',
  canisterRejectedMessage: 'IC0406',
  unknownManagementMessage: 'IC0407',
  invalidManagementPayload: 'IC0408',
  canisterTrapped: 'IC0502',
  canisterCalledTrap: 'IC0503',
  canisterContractViolation: 'IC0504',
  canisterInvalidWasm: 'IC0505',
  canisterDidNotReply: 'IC0506',
  canisterStopped: 'IC0508',
  canisterStopping: 'IC0509',
  canisterNotStopped: 'IC0510',
  canisterStoppingCancelled: 'IC0511',
  canisterInvalidController: 'IC0512',
  canisterNonEmpty: 'IC0514',
  insufficientCyclesInCall: 'IC0520',
  instructionLimitExceeded: 'IC0522',
  memoryAccessLimitExceeded: 'IC0524',
  queryCallGraphTooDeep: 'IC0525',
  compositeQueryInReplicatedMode: 'IC0527',
  insufficientCyclesToGrow: 'IC0532',
  methodNotFound: 'IC0536',
  wasmModuleNotFound: 'IC0537',
  heapLimitExceeded: 'IC0539',
  deadlineExpired: 'IC0601',
} as const;

export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** The hundreds of an error code are its reject code. */
export function rejectWith(errorCode: ErrorCode, message: string): Reject {
  return { code: Number(errorCode.slice(2, 4)) as RejectCode, errorCode, message };
}

const GRACEFUL =
  'Consider gracefully handling failures from this canister or altering the canister to handle exceptions.';
const ERROR_DOCUMENTATION = 'https://docs.internetcomputer.org/references/execution-errors';

/** What the IC advises behind a canister's error, and the heading of its documentation that goes on from there. */
const ADVICE: Partial<Record<ErrorCode, readonly [suggestion: string, heading: string]>> = {
  [ErrorCode.canisterTrapped]: [GRACEFUL, 'trapped'],
  [ErrorCode.canisterCalledTrap]: [GRACEFUL, 'trapped-explicitly'],
  [ErrorCode.instructionLimitExceeded]: [
    'Try optimizing this method to consume fewer instructions or split the work across multiple messages.',
    'instruction-limit-exceeded',
  ],
  [ErrorCode.memoryAccessLimitExceeded]: [
    "Try optimizing the use of stable memory so that individual messages don't need to access as much stable memory.",
    'memory-access-limit-exceeded',
  ],
  [ErrorCode.insufficientCyclesToGrow]: [
    'Try topping up the canister.',
    'insufficient-cycles-in-memory-grow',
  ],
  [ErrorCode.methodNotFound]: [
    'Check that the method being called is exported by the target canister.',
    'method-not-found',
  ],
  [ErrorCode.wasmModuleNotFound]: [
    'Please install code to this canister before calling it.',
    'wasm-module-not-found',
  ],
  [ErrorCode.heapLimitExceeded]: [
    'Try checking the canister for a possible memory leak or modifying it to use more stable memory instead of Wasm memory.',
    'wasm-memory-limit-exceeded',
  ],
};

/** The reject of what went wrong in a canister. Its text is advice to people: only the codes are for programs. */
export function canisterError(canister: string, errorCode: ErrorCode, message: string): Reject {
  const text = `Error from Canister ${canister}: ${message}`;
  const advice = ADVICE[errorCode];
  if (!advice) return rejectWith(errorCode, text);
  const [suggestion, heading] = advice;
  return rejectWith(
    errorCode,
    `${text}.\n${suggestion} See documentation: ${ERROR_DOCUMENTATION}#${heading}`,
  );
}

/** What a caller receives instead of a reply. */
export interface Reject {
  readonly code: RejectCode;
  readonly errorCode: ErrorCode;
  readonly message: string;
}

/** Thrown to the test or application when a call is rejected, in PocketIC's words. */
export class CanisterRejectError extends Error {
  override readonly name = 'CanisterRejectError';
  readonly rejectCode: RejectCode;
  readonly errorCode: ErrorCode;
  /** The canister's or the system's message without codes. */
  readonly rejectMessage: string;

  constructor(readonly reject: Reject) {
    super(
      `Canister call failed: ${reject.message}. Reject code: ${reject.code}. Error code: ${reject.errorCode}.`,
    );
    this.rejectCode = reject.code;
    this.errorCode = reject.errorCode;
    this.rejectMessage = reject.message;
  }
}

/** Ends the running execution: the canister trapped, called a function that its mode does not allow, or passed a limit. */
export class CanisterTrap extends Error {
  override readonly name = 'CanisterTrap';

  constructor(
    message: string,
    readonly errorCode: ErrorCode = ErrorCode.canisterTrapped,
    /** What the canister's log says of it. */
    readonly logText: string = message.replace(/^Canister trapped: /, ''),
  ) {
    super(message);
  }
}

/** Codes of {@link ReplicaError}, which are never renamed; docs/REPLICA.md tells what each asks for. */
export const REPLICA_ERROR_CODES = [
  'CANISTER_EXISTS',
  'FOLDER_IN_USE',
  'MESSAGE_TOO_LARGE',
  'NOT_RECORDED',
  'NOT_SUPPORTED',
  'NO_ANSWER',
  'NO_CONTROLLER',
  'NO_SUCH_RULES',
  'OUT_OF_RANGE',
  'REPLICA_DEFECT',
  'STATE_DAMAGED',
  'SUBNET_NOT_FOUND',
  'TIME_GOES_BACK',
  'TORN_DOWN',
] as const;

export type ReplicaErrorCode = (typeof REPLICA_ERROR_CODES)[number];

/** A request that this replica cannot serve, or a wrong use of its interface; never part of a canister's behaviour. */
export class ReplicaError extends Error {
  override readonly name = 'ReplicaError';

  constructor(
    readonly code: ReplicaErrorCode,
    message: string,
  ) {
    super(message);
  }
}
