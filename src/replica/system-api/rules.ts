import { Mode, type ModeSet } from '../execution/mode';
import { SystemCallPrice } from '../instruction-prices';

const I = Mode.initialize;
const G = Mode.preUpgrade;
const U = Mode.update;
const RQ = Mode.replicatedQuery;
const NRQ = Mode.query;
const TQ = Mode.transform;
const CQ = Mode.compositeQuery;
const Ry = Mode.replyCallback;
const Rt = Mode.rejectCallback;
const CRy = Mode.compositeReplyCallback;
const CRt = Mode.compositeRejectCallback;
const C = Mode.cleanup;
const CC = Mode.compositeCleanup;
const F = Mode.inspectMessage;
const T = Mode.systemTask;
const ALL = I | G | U | RQ | NRQ | TQ | CQ | Ry | Rt | CRy | CRt | C | CC | F | T;
const ALWAYS = ALL | Mode.start;
const REPLY = U | RQ | NRQ | TQ | CQ | Ry | Rt | CRy | CRt;
const CALL = U | CQ | Ry | Rt | CRy | CRt | T;

/** What holds for one system call: where it may be made and what it costs beside the WebAssembly `call`. */
export interface CallRule {
  readonly modes: ModeSet;
  /** Instructions a call. */
  readonly cost: number;
}

/** ic-platform.md A6: names by the modes in which they may be called. */
const MODES: readonly (readonly [ModeSet, string])[] = [
  [I | U | RQ | NRQ | TQ | CQ | Ry | CRy | F, 'msg_arg_data_size msg_arg_data_copy'],
  [
    ALL,
    `msg_caller_size msg_caller_copy canister_self_size canister_self_copy subnet_self_size subnet_self_copy
    canister_cycle_balance canister_cycle_balance128 canister_liquid_cycle_balance128 canister_status
    canister_version data_certificate_present time env_var_count env_var_name_size env_var_name_copy
    env_var_name_exists env_var_value_size env_var_value_copy`,
  ],
  [
    U | RQ | NRQ | CQ | Ry | Rt | CRy | CRt | C | CC | F,
    `msg_caller_info_data_size msg_caller_info_data_copy msg_caller_info_signer_size
    msg_caller_info_signer_copy`,
  ],
  [Ry | Rt | CRy | CRt | C, 'msg_reject_code'],
  [Rt | CRt, 'msg_reject_msg_size msg_reject_msg_copy'],
  [U | RQ | NRQ | CQ | Ry | Rt | CRy | CRt, 'msg_deadline'],
  [REPLY, 'msg_reply_data_append msg_reply msg_reject'],
  [U | RQ | Ry | Rt, 'msg_cycles_available msg_cycles_available128 msg_cycles_accept msg_cycles_accept128'],
  [Ry | Rt, 'msg_cycles_refunded msg_cycles_refunded128'],
  [I | G | U | RQ | Ry | Rt | C | T, 'cycles_burn128 root_key_size root_key_copy'],
  [F, 'msg_method_name_size msg_method_name_copy accept_message'],
  [CALL, 'call_new call_on_cleanup call_data_append call_with_best_effort_response call_perform'],
  [U | Ry | Rt | T, 'call_cycles_add call_cycles_add128 mint_cycles128'],
  [
    ALWAYS,
    `stable64_size stable64_grow stable64_read stable64_write stable_size stable_grow stable_read stable_write
    performance_counter is_controller in_replicated_execution cost_call cost_create_canister cost_http_request
    cost_sign_with_ecdsa cost_sign_with_schnorr cost_vetkd_derive_key debug_print trap`,
  ],
  [I | G | U | Ry | Rt | T, 'certified_data_set'],
  [NRQ | CQ, 'data_certificate_size data_certificate_copy'],
  [I | G | U | Ry | Rt | C | T, 'global_timer_set'],
];

const rules = new Map<string, CallRule>(
  MODES.flatMap(([modes, names]) =>
    names
      .trim()
      .split(/\s+/)
      .map((name): [string, CallRule] => [
        name,
        { modes, cost: SystemCallPrice.named[name] ?? SystemCallPrice.default },
      ]),
  ),
);

/** Rule of every function that module `ic0` offers. */
export function callRule(name: string): CallRule {
  return rules.get(name)!;
}
