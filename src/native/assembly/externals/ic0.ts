// The IC's system API. Addresses are host addresses, zero-extended by the caller where the API takes 64 bits.

@external("ic0", "stable64_size")
export declare function stable64_size(): u64;
@external("ic0", "stable64_grow")
export declare function stable64_grow(newPages: u64): u64;
@external("ic0", "stable64_read")
export declare function stable64_read(destination: u64, offset: u64, size: u64): void;
@external("ic0", "stable64_write")
export declare function stable64_write(offset: u64, source: u64, size: u64): void;

@external("ic0", "msg_arg_data_size")
export declare function msg_arg_data_size(): u32;
@external("ic0", "msg_arg_data_copy")
export declare function msg_arg_data_copy(destination: u32, offset: u32, size: u32): void;

/** Nanoseconds since 1970-01-01 UTC, constant within one message. */
@external("ic0", "time")
export declare function time(): u64;
@external("ic0", "trap")
export declare function trap(message: u32, size: u32): void;

@external("ic0", "msg_method_name_size")
export declare function msg_method_name_size(): u32;
@external("ic0", "msg_method_name_copy")
export declare function msg_method_name_copy(destination: u32, offset: u32, size: u32): void;
/** In canister_inspect_message only: lets the message in. */
@external("ic0", "accept_message")
export declare function accept_message(): void;
@external("ic0", "msg_caller_size")
export declare function msg_caller_size(): u32;
@external("ic0", "msg_caller_copy")
export declare function msg_caller_copy(destination: u32, offset: u32, size: u32): void;
/** 1 or 0. Traps when the bytes are no principal. */
@external("ic0", "is_controller")
export declare function is_controller(principal: u32, size: u32): u32;
@external("ic0", "msg_reply_data_append")
export declare function msg_reply_data_append(source: u32, size: u32): void;
@external("ic0", "msg_reply")
export declare function msg_reply(): void;
@external("ic0", "msg_reject")
export declare function msg_reject(message: u32, size: u32): void;
/** 0 in a query call that one node answers alone, 1 otherwise. */
@external("ic0", "in_replicated_execution")
export declare function in_replicated_execution(): u32;
/** Counter 0: instructions of this message so far. */
@external("ic0", "performance_counter")
export declare function performance_counter(counter: u32): u64;
