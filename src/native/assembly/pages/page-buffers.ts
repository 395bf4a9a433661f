import { HostPointer } from '../externals/addresses';

/** A page of zeros. Nobody writes to it. */
export const zeroPage: HostPointer = <u32>memory.data(4096, 8);

/** A page whose content lives only within one function, for tables that are copied or changed as a whole. */
export const tableBuffer: HostPointer = <u32>memory.data(4096, 8);

/** The same for pages of an image. */
export const pageBuffer: HostPointer = <u32>memory.data(4096, 8);
