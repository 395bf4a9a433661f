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
