/** Candid types that were compiled for the codec. It lives as long as it is held. */
export interface CandidPlan {
  readonly [plan]: true;
}

declare const plan: unique symbol;

/** How principals are made and read: their class is the application's. */
export interface CandidPrincipals {
  make(bytes: Uint8Array): object;
  /** The bytes of a principal, `undefined` for anything else. */
  read(value: unknown): Uint8Array | undefined;
}

/** Candid at native speed, with the values that @dfinity/candid has. */
export interface CandidCalls {
  installCandid(principals: CandidPrincipals): void;
  /**
   * Compiles types: words and labels are what src/codec makes of IDL types. `undefined` when they are none that can be
   * sent.
   */
  candidPlan(words: Int32Array, labels: readonly string[]): CandidPlan | undefined;
  /** The arguments of the message under way, or why they cannot be had. */
  candidArguments(plan: CandidPlan): unknown[] | string;
  /** The values in a message's bytes, or why they cannot be had. */
  candidDecode(plan: CandidPlan, bytes: Uint8Array): unknown[] | string;
  /** The bytes of a message with one value for every type; `undefined` when @dfinity/candid has to write or refuse it. */
  candidEncode(plan: CandidPlan, values: readonly unknown[]): Uint8Array<ArrayBuffer> | undefined;
  /** Replies with a value of the plan's only type, or with none; false when @dfinity/candid has to do so. */
  candidReply(plan: CandidPlan, value: unknown): boolean;
}
