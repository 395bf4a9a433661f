import { type ErrorCode, type Reject, rejectWith } from '../errors';

/** Becomes the reject of the management call under way. */
export class Refusal extends Error {
  constructor(readonly reject: Reject) {
    super(reject.message);
  }
}

export function refusal(errorCode: ErrorCode, message: string): Refusal {
  return new Refusal(rejectWith(errorCode, message));
}
