import { ErrorCode, RejectCode } from '../errors';
import { Mode } from '../execution/mode';
import { SystemCallPrice } from '../instruction-prices';
import { contractViolation, type Host } from './host';
import type { SystemCalls } from './system-calls';

/** Largest reply in bytes. */
const MAXIMUM_REPLY = 2 * 1024 * 1024;
const MAXIMUM_QUERY_REPLY = 3 * 1024 * 1024;

const NO_BYTES = new Uint8Array(0);
const utf8 = new TextEncoder();

/** Argument, caller, reply and reject of the message under way, and what inspect_message asks. */
export function messageCalls(host: Host): SystemCalls {
  const input = () => host.execution.input;

  const sized = (name: string, source: () => Uint8Array): SystemCalls => ({
    [`${name}_size`]: () => source().length,
    [`${name}_copy`]: (destination: number, offset: number, size: number) => {
      host.charge(size >>> 0);
      host.copyOut(`${name}_copy`, source(), destination >>> 0, offset >>> 0, size >>> 0);
    },
  });

  const rejectMessage = (): Uint8Array => utf8.encode(input().reject?.message ?? '');

  const requireUnanswered = (name: string): void => {
    if (!host.execution.mayRespond) {
      throw contractViolation(`"ic0_${name}" cannot be executed because the call is already answered`);
    }
  };

  return {
    ...sized('msg_arg_data', () => input().argument),
    ...sized('msg_caller', () => input().caller),
    ...sized('msg_caller_info_data', () => input().senderInfo?.info ?? NO_BYTES),
    ...sized('msg_caller_info_signer', () => input().senderInfo?.signer ?? NO_BYTES),
    ...sized('msg_reject_msg', rejectMessage),
    ...sized('msg_method_name', () => utf8.encode(input().method)),
    msg_reject_code: () => input().reject?.code ?? 0,
    msg_deadline: () => input().deadline ?? 0n,

    msg_reply_data_append: (source: number, size: number) => {
      const { execution } = host;
      const length = size >>> 0;
      host.charge(length * SystemCallPrice.byteSent);
      requireUnanswered('msg_reply_data_append');
      const limit = execution.mode === Mode.query ? MAXIMUM_QUERY_REPLY : MAXIMUM_REPLY;
      if (execution.replyBytes + length > limit) {
        throw contractViolation(
          `ic0_msg_reply_data_append: application payload size (${execution.replyBytes + length}) cannot be larger than ${limit}.`,
        );
      }
      execution.replyData.push(host.read(source >>> 0, length));
      execution.replyBytes += length;
    },

    msg_reply: () => {
      requireUnanswered('msg_reply');
      const { execution } = host;
      execution.response = { kind: 'reply', data: new Uint8Array(Buffer.concat(execution.replyData)) };
    },

    msg_reject: (source: number, size: number) => {
      const length = size >>> 0;
      host.charge(length * SystemCallPrice.byteSent);
      requireUnanswered('msg_reject');
      const message = host.text(source >>> 0, length, 'ic0_msg_reject message');
      host.execution.response = {
        kind: 'reject',
        reject: { code: RejectCode.canisterReject, errorCode: ErrorCode.canisterRejectedMessage, message },
      };
    },

    accept_message: () => {
      if (host.execution.accepted) {
        throw contractViolation('ic0.accept_message: Function called more than once');
      }
      host.execution.accepted = true;
    },
  };
}
