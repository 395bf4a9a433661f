import { callReservation, httpOutcallPrice, Price } from '../subnet/prices';
import { contractViolation, type Host, joinCycles } from './host';
import type { SystemCalls } from './system-calls';

const MAXIMUM_64_BIT = 2n ** 64n - 1n;
const COST_INVALID_KEY_OR_CURVE = 2;

/** Balance, cycles of calls, and what management calls cost. */
export function cycleCalls(host: Host): SystemCalls {
  const { canister } = host;

  const liquid = (): bigint => {
    const free = host.balance - canister.freezingThresholdCycles;
    return free > 0n ? free : 0n;
  };

  const available = (): bigint =>
    host.execution.mayRespond
      ? (host.execution.input.availableCycles ?? 0n) - host.execution.acceptedCycles
      : 0n;

  const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);

  const accept = (most: bigint): bigint => {
    const amount = smaller(most, available());
    host.execution.acceptedCycles += amount;
    return amount;
  };

  const narrow = (amount: bigint, name: string): bigint => {
    if (amount > MAXIMUM_64_BIT) throw contractViolation(`${name} returned more than 64 bits`);
    return amount;
  };

  const refunded = (): bigint => host.execution.input.refundedCycles ?? 0n;
  const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value);

  return {
    canister_cycle_balance: () => narrow(host.balance, 'ic0_canister_cycle_balance'),
    canister_cycle_balance128: (destination: number) => host.writeCycles(destination >>> 0, host.balance),
    canister_liquid_cycle_balance128: (destination: number) => host.writeCycles(destination >>> 0, liquid()),
    msg_cycles_available: () => narrow(available(), 'ic0_msg_cycles_available'),
    msg_cycles_available128: (destination: number) => host.writeCycles(destination >>> 0, available()),
    msg_cycles_refunded: () => narrow(refunded(), 'ic0_msg_cycles_refunded'),
    msg_cycles_refunded128: (destination: number) => host.writeCycles(destination >>> 0, refunded()),
    msg_cycles_accept: (most: bigint) => accept(unsigned(most)),
    msg_cycles_accept128: (high: bigint, low: bigint, destination: number) =>
      host.writeCycles(destination >>> 0, accept(joinCycles(high, low))),
    cycles_burn128: (high: bigint, low: bigint, destination: number) => {
      const burned = smaller(joinCycles(high, low), liquid());
      host.execution.spentCycles += burned;
      host.writeCycles(destination >>> 0, burned);
    },
    mint_cycles128: () => {
      throw contractViolation('ic0_mint_cycles128 cannot be executed on non Cycles Minting Canister');
    },

    cost_call: (methodSize: bigint, payloadSize: bigint, destination: number) =>
      host.writeCycles(destination >>> 0, callReservation(unsigned(methodSize), unsigned(payloadSize))),
    cost_create_canister: (destination: number) => host.writeCycles(destination >>> 0, Price.createCanister),
    cost_http_request: (requestSize: bigint, responseSize: bigint, destination: number) =>
      host.writeCycles(destination >>> 0, httpOutcallPrice(unsigned(requestSize), unsigned(responseSize))),
    cost_sign_with_ecdsa: signatureCost(host),
    cost_sign_with_schnorr: signatureCost(host),
    cost_vetkd_derive_key: signatureCost(host),
  };
}

/** No threshold keys exist here, so every key name is unknown, as it is on a subnet without them. */
function signatureCost(host: Host) {
  return (source: number, size: number): number => {
    host.charge(size >>> 0);
    host.text(source >>> 0, size >>> 0, 'key name');
    return COST_INVALID_KEY_OR_CURVE;
  };
}
