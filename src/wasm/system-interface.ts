import { type FunctionType, ValueType } from './types';

/**
 * The functions that a canister may import from module `ic0` (IC interface specification 0.66, "Overview of imports").
 * `I` is the memory's address type: i32, or i64 for a 64-bit memory; `i` is i32 and `l` is i64.
 */
const SIGNATURES = `
msg_arg_data_size:I msg_arg_data_copy(III)
msg_caller_size:I msg_caller_copy(III)
msg_caller_info_data_size:I msg_caller_info_data_copy(III)
msg_caller_info_signer_size:I msg_caller_info_signer_copy(III)
msg_reject_code:i msg_reject_msg_size:I msg_reject_msg_copy(III)
msg_deadline:l
msg_reply_data_append(II) msg_reply msg_reject(II)
msg_cycles_available128(I) msg_cycles_refunded128(I) msg_cycles_accept128(llI)
cycles_burn128(llI)
canister_self_size:I canister_self_copy(III)
canister_cycle_balance128(I) canister_liquid_cycle_balance128(I)
canister_status:i canister_version:l
subnet_self_size:I subnet_self_copy(III)
msg_method_name_size:I msg_method_name_copy(III)
accept_message
call_new(IIIIIIII) call_on_cleanup(II) call_data_append(II) call_with_best_effort_response(i)
call_cycles_add128(ll) call_perform:i
stable64_size:l stable64_grow(l):l stable64_write(lll) stable64_read(lll)
root_key_size:I root_key_copy(III)
certified_data_set(II)
data_certificate_present:i data_certificate_size:I data_certificate_copy(III)
time:l global_timer_set(l):l performance_counter(i):l
is_controller(II):i in_replicated_execution:i
cost_call(llI) cost_create_canister(I) cost_http_request(llI)
cost_sign_with_ecdsa(IIiI):i cost_sign_with_schnorr(IIiI):i cost_vetkd_derive_key(IIiI):i
env_var_count:I env_var_name_size(I):I env_var_name_copy(IIII) env_var_name_exists(II):i
env_var_value_size(II):I env_var_value_copy(IIIII)
debug_print(II) trap(II)
mint_cycles128(llI)`;

/** The deprecated family, which a canister with a 64-bit memory may not import. */
const SIGNATURES_32_BIT_ONLY = `
call_cycles_add(l) canister_cycle_balance:l msg_cycles_available:l msg_cycles_refunded:l msg_cycles_accept(l):l
stable_size:i stable_grow(i):i stable_write(iii) stable_read(iii)`;

function parseSignatures(text: string, address: ValueType): [string, FunctionType][] {
  const types = (letters: string) =>
    Array.from(letters, (letter) =>
      letter === 'I' ? address : letter === 'i' ? ValueType.i32 : ValueType.i64,
    );
  return text
    .trim()
    .split(/\s+/)
    .map((entry) => {
      const [, name, parameters, results] = /^(\w+)(?:\((\w+)\))?(?::(\w+))?$/.exec(entry)!;
      return [name!, { parameters: types(parameters ?? ''), results: types(results ?? '') }];
    });
}

const interface32 = new Map([
  ...parseSignatures(SIGNATURES, ValueType.i32),
  ...parseSignatures(SIGNATURES_32_BIT_ONLY, ValueType.i32),
]);
const interface64 = new Map(parseSignatures(SIGNATURES, ValueType.i64));

/** Module name of every import that the IC answers. */
export const SYSTEM_MODULE = 'ic0';

/** Types of the functions that module `ic0` offers, by name, for a canister with a 32-bit or a 64-bit memory. */
export function systemInterface(wideMemory: boolean): ReadonlyMap<string, FunctionType> {
  return wideMemory ? interface64 : interface32;
}
