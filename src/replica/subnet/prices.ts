/** Prices of a 13-node application subnet in cycles (ic-platform.md B7). */
export const Price = {
  updateBase: 5_000_000n,
  instruction: 1n,
  ingressBase: 1_200_000n,
  ingressByte: 2_000n,
  callBase: 260_000n,
  callByte: 1_000n,
  storageGibSecond: 127_000n,
  computePercentSecond: 10_000_000n,
  createCanister: 500_000_000_000n,
  httpOutcallBase: 49_140_000n,
  httpOutcallRequestByte: 5_200n,
  httpOutcallResponseByte: 10_400n,
  signature: 26_153_846_153n,
} as const;

const GIB = 2n ** 30n;
const SECOND = 1_000_000_000n;
/** More than any canister may hold. */
const MAXIMUM_MEMORY = 2n ** 50n;
const MAXIMUM_RESPONSE_BYTES = 2_097_152n;
const MAXIMUM_CALLBACK_INSTRUCTIONS = 40_000_000_000n;

/** What one execution of an update, callback or task costs. */
export function executionPrice(instructions: bigint): bigint {
  return Price.updateBase + instructions * Price.instruction;
}

/** What a call sets aside: sending it, the largest response, and the longest callback. */
export function callReservation(methodBytes: bigint, payloadBytes: bigint): bigint {
  const sending = Price.callBase + (methodBytes + payloadBytes) * Price.callByte;
  return sending + callRefund(0n);
}

/** What comes back of a call's reservation when its response is there; the callback then pays for itself. */
export function callRefund(responseBytes: bigint): bigint {
  return (
    (MAXIMUM_RESPONSE_BYTES - responseBytes) * Price.callByte + executionPrice(MAXIMUM_CALLBACK_INSTRUCTIONS)
  );
}

export function ingressPrice(bytes: number): bigint {
  return Price.ingressBase + BigInt(bytes) * Price.ingressByte;
}

/** Storage of `bytes` for `nanoseconds`. */
export function storagePrice(bytes: bigint, nanoseconds: bigint): bigint {
  return (bytes * nanoseconds * Price.storageGibSecond) / (GIB * SECOND);
}

/** Bytes that `cycles` store for `nanoseconds`. */
export function storedFor(cycles: bigint, nanoseconds: bigint): bigint {
  return nanoseconds === 0n
    ? MAXIMUM_MEMORY
    : (cycles * GIB * SECOND) / (nanoseconds * Price.storageGibSecond);
}

/** A share of a processor for `nanoseconds`. */
export function computeAllocationPrice(percent: bigint, nanoseconds: bigint): bigint {
  return (percent * nanoseconds * Price.computePercentSecond) / SECOND;
}

export function httpOutcallPrice(requestBytes: bigint, responseBytes: bigint): bigint {
  return (
    Price.httpOutcallBase +
    requestBytes * Price.httpOutcallRequestByte +
    responseBytes * Price.httpOutcallResponseByte
  );
}
