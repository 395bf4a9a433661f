/** Whether bytes of the heap are all zero. Ends at the first that is not. */
export function isZero(address: u32, size: u32): bool {
  const end = address + size;
  while (address & 7 && address < end) {
    if (load<u8>(address++) !== 0) return false;
  }
  for (; address + 32 <= end; address += 32) {
    if ((load<u64>(address) | load<u64>(address, 8) | load<u64>(address, 16) | load<u64>(address, 24)) !== 0)
      return false;
  }
  while (address < end) {
    if (load<u8>(address++) !== 0) return false;
  }
  return true;
}
