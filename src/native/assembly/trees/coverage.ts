import { HostPointer } from '../externals/addresses';
import { clearHeap } from '../pages/heap';

// Which bytes of a page are taken. Cells mostly lie one against the other, so what touches the run at hand only makes it
// longer; a bit for each byte is kept from the first gap on.

const ALL: u64 = u64.MAX_VALUE;

let bits: HostPointer = 0;
let bitsLength: u32 = 0;
let hasBits: bool = false;
/** The run at hand, empty at the beginning. */
let low: u32 = 0;
let high: u32 = 0;
let total: u32 = 0;

/** Begins a page, with room for a bit for each of its bytes. */
export function beginCoverage(room: HostPointer, pageSize: u32): void {
  bits = room;
  bitsLength = pageSize >> 3;
  hasBits = false;
  low = 0;
  high = 0;
  total = 0;
}

/** Takes bytes, at least one, not from the page's first on. False where some were taken before; it may be told later. */
export function cover(start: u32, end: u32): bool {
  total += end - start;
  if (end === low) {
    low = start;
    return true;
  }
  if (start === high) {
    high = end;
    return true;
  }
  const wasFree = low === high || mark(low, high);
  low = start;
  high = end;
  return wasFree;
}

/** Whether no byte was taken twice. */
export function endCoverage(): bool {
  return !hasBits || mark(low, high);
}

/** Bytes that were taken. */
export function covered(): u32 {
  return total;
}

function mark(start: u32, end: u32): bool {
  if (!hasBits) {
    clearHeap(bits, bitsLength);
    hasBits = true;
  }
  let at = bits + ((start >> 6) << 3);
  const last = bits + (((end - 1) >> 6) << 3);
  let mask = ALL << (start & 63);
  for (; at < last; at += 8) {
    const taken = load<u64>(at);
    if ((taken & mask) !== 0) return false;
    store<u64>(at, taken | mask);
    mask = ALL;
  }
  mask &= ALL >> (63 - ((end - 1) & 63));
  const taken = load<u64>(at);
  store<u64>(at, taken | mask);
  return (taken & mask) === 0;
}
