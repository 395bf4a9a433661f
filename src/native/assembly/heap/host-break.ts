// The host's `sbrk`: where the allocator of Azle and QuickJS (dlmalloc 2.8.6, https://gee.cs.oswego.edu/dl/html/malloc.html)
// gets its memory.
//
// dlmalloc copes with memory that does not continue what it had: each piece becomes a segment of its own. But it has to know.
// As long as it believes that `sbrk` continues, it may add up what two calls returned. A first refusal ends that belief for
// good (its USE_NONCONTIGUOUS_BIT): from then on it asks for what it needs, and asks again with 0 for the end of what it got,
// which may be more than it asked for.

import { HostPointer } from '../externals/addresses';
import { NO_RUN, REGION_PAGE, takeRun } from './regions';

/** 1 MiB: QuickJS asks for little at a time, and its objects are to lie together. */
const LEAST_PAGES: u32 = 16;
/** What `sbrk` answers when there is no memory. */
const REFUSED: HostPointer = 0xffffffff;

let isToldApart: bool = false;
/** Where the memory that was handed out last ends. */
let end: HostPointer = 0;

/** Memory of at least so many bytes, a multiple of a Wasm page; for 0, the end of what was handed out last. */
export function wrap_sbrk(bytes: i32): HostPointer {
  if (bytes === 0) return end;
  if (!isToldApart) {
    isToldApart = true;
    return REFUSED;
  }
  const needed = <u32>bytes / REGION_PAGE;
  let pages = max(needed, LEAST_PAGES);
  let run = takeRun(pages);
  if (run === NO_RUN && pages > needed) {
    pages = needed;
    run = takeRun(pages);
  }
  if (run === NO_RUN) return REFUSED;
  end = run + pages * REGION_PAGE;
  return run;
}
