/** Bytes of {@link scratch}: enough for the owner table. */
export const SCRATCH_LENGTH: u32 = 32768;

/** Host address of bytes whose content lives only within one native function. */
export const scratch: u32 = <u32>memory.data(32768, 8);
