import { SCRATCH } from '../externals/cold-places';

/** Bytes of {@link scratch}: enough for the owner table. */
export { SCRATCH_LENGTH } from '../externals/cold-places';

/** Host address of bytes whose content lives only within one native function. */
export const scratch: u32 = SCRATCH;
