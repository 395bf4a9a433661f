import type { OutgoingCall } from '../execution/execution';
import { SystemCallPrice } from '../instruction-prices';
import { callReservation } from '../subnet/prices';
import { contractViolation, type Host, joinCycles } from './host';
import type { SystemCalls } from './system-calls';

const MAXIMUM_METHOD_NAME = 20_000;
/** Largest request to a canister of the same subnet: 10 MiB. */
const MAXIMUM_PAYLOAD = 10 * 1024 * 1024;
const MAXIMUM_TIMEOUT_SECONDS = 300;
const MAXIMUM_PRINCIPAL = 29;

/** Answers of call_perform. */
const PERFORMED = 0;
const NOT_PERFORMED = 2;

/** Calls to other canisters: built by call_new and its followers, sent by call_perform once the execution has succeeded. */
export function callCalls(host: Host): SystemCalls {
  const pending = (name: string): OutgoingCall => {
    const call = host.execution.pendingCall;
    if (!call) throw contractViolation(`ic0.${name} called when no call is under construction.`);
    return call;
  };

  const addCycles = (name: string, amount: bigint): void => {
    const call = pending(name);
    const { execution, canister, balance: left } = host;
    if (amount > left - canister.freezingThresholdCycles) {
      throw contractViolation(`ic0.${name}: the canister has only ${left} cycles, ${amount} are to be sent`);
    }
    call.cycles += amount;
    execution.spentCycles += amount;
  };

  const discardPending = (): void => {
    const { execution } = host;
    if (execution.pendingCall) execution.spentCycles -= execution.pendingCall.cycles;
    execution.pendingCall = undefined;
  };

  return {
    call_new: (
      calleeAt: number,
      calleeSize: number,
      nameAt: number,
      nameSize: number,
      replySlot: number,
      replyEnvironment: number,
      rejectSlot: number,
      rejectEnvironment: number,
    ) => {
      host.charge((calleeSize >>> 0) + (nameSize >>> 0));
      discardPending();
      if (calleeSize >>> 0 > MAXIMUM_PRINCIPAL) throw contractViolation('ic0.call_new: callee is malformed');
      if (nameSize >>> 0 > MAXIMUM_METHOD_NAME)
        throw contractViolation('ic0.call_new: method name is too long');
      host.execution.pendingCall = {
        callee: host.read(calleeAt >>> 0, calleeSize >>> 0),
        method: host.text(nameAt >>> 0, nameSize >>> 0, 'ic0.call_new method name'),
        onReply: { slot: replySlot >>> 0, environment: replyEnvironment },
        onReject: { slot: rejectSlot >>> 0, environment: rejectEnvironment },
        payload: [],
        payloadBytes: 0,
        cycles: 0n,
      };
    },

    call_on_cleanup: (slot: number, environment: number) => {
      const call = pending('call_on_cleanup');
      if (call.onCleanup) throw contractViolation('ic0.call_on_cleanup can be called at most once');
      call.onCleanup = { slot: slot >>> 0, environment };
    },

    call_data_append: (source: number, size: number) => {
      const length = size >>> 0;
      host.charge(length * SystemCallPrice.byteSent);
      const call = pending('call_data_append');
      if (call.payloadBytes + length > MAXIMUM_PAYLOAD) {
        throw contractViolation(`ic0.call_data_append: payload is larger than ${MAXIMUM_PAYLOAD} bytes`);
      }
      call.payload.push(host.read(source >>> 0, length));
      call.payloadBytes += length;
    },

    call_with_best_effort_response: (timeoutSeconds: number) => {
      const call = pending('call_with_best_effort_response');
      if (call.timeoutSeconds !== undefined) {
        throw contractViolation(
          'ic0_call_with_best_effort_response failed because a timeout is already set.',
        );
      }
      call.timeoutSeconds = Math.min(timeoutSeconds >>> 0, MAXIMUM_TIMEOUT_SECONDS);
    },

    call_cycles_add: (amount: bigint) => addCycles('call_cycles_add', BigInt.asUintN(64, amount)),
    call_cycles_add128: (high: bigint, low: bigint) => addCycles('call_cycles_add128', joinCycles(high, low)),

    call_perform: () => {
      const call = pending('call_perform');
      const { execution, canister, balance: left } = host;
      const reservation = callReservation(BigInt(call.method.length), BigInt(call.payloadBytes));
      const sent = execution.outgoing.filter(
        ({ callee }) => Buffer.compare(callee, call.callee) === 0,
      ).length;
      const full = sent >= canister.freeCallSlots(call.callee);
      if (full || left - reservation < canister.freezingThresholdCycles) {
        discardPending();
        return NOT_PERFORMED;
      }
      execution.spentCycles += reservation;
      execution.outgoing.push(call);
      execution.pendingCall = undefined;
      return PERFORMED;
    },
  };
}
