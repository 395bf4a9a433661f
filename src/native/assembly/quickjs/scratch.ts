// Out-parameters of C functions. Each is read right after the call that wrote it, before anything else runs.

import { HostPointer } from '../externals/addresses';

/** Where a C function puts its first result: 8 bytes. */
export const OUT: HostPointer = <u32>memory.data(8, 8);
/** Where a C function puts a second and a third result: 4 bytes each. */
export const SECOND_OUT: HostPointer = <u32>memory.data(4, 4);
export const THIRD_OUT: HostPointer = <u32>memory.data(4, 4);

export function outU32(): u32 {
  return load<u32>(OUT);
}

export function secondOutU32(): u32 {
  return load<u32>(SECOND_OUT);
}
