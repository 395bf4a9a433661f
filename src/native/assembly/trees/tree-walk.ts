import { HostPointer } from '../externals/addresses';
import { MemoryId } from '../memory/layout';
import { allocateZeroed, NO_MEMORY } from '../pages/heap';
import { importHeap, keepImportHeap } from '../pages/import-heap';
import { MORE_BYTES, MOST_VARINT_BYTES } from './numbers';
import { CHILD_POINTER } from './page-format';

// How far the walk over an image's pages has come. It lies in the heap and goes on from call to call; an upgrade forgets it,
// and the walk begins anew. The image does not change meanwhile: chunks are refused once it is complete.

/** What the walk does next. */
export enum Stage {
  /** The next trunk of the list of free pages is taken. */
  FreeList = 0,
  /** The page in hand is entered. */
  Enter = 1,
  /** Overflow chains of the page in hand are followed. */
  Overflow = 2,
  /** The next child of the innermost interior page is taken. */
  Descend = 3,
  /** Another root is to be given. */
  Root = 4,
}

/** What the rowid that was met last came from. */
export enum KeySource {
  None = 0,
  Row = 1,
  /** A cell of an interior page: a bound for the rows on both sides. */
  Separator = 2,
}

/** Kinds of trees. */
export enum TreeKind {
  /** As the root page says. */
  Any = 0,
  Table = 1,
  Index = 2,
}

/** Levels of a tree that SQLite descends. */
export const MOST_LEVELS: u32 = 20;

/** An interior page on the way to the page in hand. */
@unmanaged
export class Frame {
  page: u32;
  /** Cells of the page, which has one child more. */
  cells: u32;
  /** The child that is taken next, from 0. */
  next: u32;
  /** Rowid of the cell whose child was taken last. */
  key: i64;
}

const FRAME_SIZE: u32 = <u32>offsetof<Frame>();
/** A cell is read before it is known to end in its page: a child, two varints, and the header of a short record. */
const SLACK: u32 = CHILD_POINTER + 2 * MOST_VARINT_BYTES + MORE_BYTES;

@unmanaged
export class TreeWalk {
  session: u64;
  /** Pages and chain links that were passed. */
  steps: u64;

  pageSize: u32;
  /** Bytes of a page that SQLite uses. */
  usable: u32;
  pages: u32;
  /** Whether the image has pages that tell of each page what leads to it. */
  hasPointerMap: u32;
  /** The root with the highest number, as the file's header says and as it was found. */
  statedRoot: u32;
  largestRoot: u32;
  /** Roots that were given, the schema's not among them. */
  roots: u32;
  stage: Stage;

  freeTrunk: u32;
  freeLeft: u32;

  /** The page in hand, and what leads to it: 0 for a root. */
  page: u32;
  parent: u32;
  /** Page whose content is in the buffer; 0 for none. */
  buffered: u32;
  /** Whether the tree has rowids; of a root that was given without a kind, its own type tells. */
  kind: TreeKind;
  /** Levels above the page in hand, and above the tree's leaves once one was met. */
  depth: u32;
  leafDepth: u32;
  keySource: KeySource;
  lastKey: i64;

  /** Cell of the page in hand whose chain comes next. */
  cell: u32;
  chainPage: u32;
  chainParent: u32;
  chainLeft: u32;

  /** Of a record whose header goes on in overflow pages: bytes of that header to come. */
  headerLeft: u32;
  /** Bytes of a serial type that the pages before ended with. */
  typeBytes: u32;
  typeBits: u64;
  /** Bytes that the record's values are to have, and those that its serial types gave so far. */
  bodyLength: u64;
  bodySum: u64;

  /** A bit for each byte of a page: see coverage.ts. */
  coverage: HostPointer;
  /** A bit for each page, set when its owner was found. */
  owned: HostPointer;
  frames: HostPointer;
  buffer: HostPointer;
}

export const NO_LEAF_YET: u32 = 0xffffffff;

/** The walk of a slot's import, or null where it has none in this instance. */
export function walkOf(id: MemoryId, session: u64): TreeWalk | null {
  const address = importHeap(id);
  if (address === NO_MEMORY) return null;
  const walk = changetype<TreeWalk>(<usize>address);
  return walk.session === session ? walk : null;
}

/** A walk with all fields zero but the sizes, in place of the slot's last one; null when the heap is exhausted. */
export function newWalk(id: MemoryId, session: u64, pageSize: u32, pages: u32): TreeWalk | null {
  const frames = <u32>offsetof<TreeWalk>();
  const owned = frames + MOST_LEVELS * FRAME_SIZE;
  const map = owned + ownedBytes(pages);
  const buffer = map + pageSize / 8;
  const address = allocateZeroed(buffer + pageSize + SLACK);
  if (address === NO_MEMORY) return null;
  keepImportHeap(id, address);
  const walk = changetype<TreeWalk>(<usize>address);
  walk.session = session;
  walk.pageSize = pageSize;
  walk.pages = pages;
  walk.frames = address + frames;
  walk.owned = address + owned;
  walk.coverage = address + map;
  walk.buffer = address + buffer;
  return walk;
}

/** Bytes of a bit for each page from 0 on, in whole words of 64 bits. */
function ownedBytes(pages: u32): u32 {
  return ((pages >> 6) + 1) << 3;
}

/** The interior page that is so many levels below the root. */
export function frameAt(walk: TreeWalk, level: u32): Frame {
  return changetype<Frame>(<usize>(walk.frames + level * FRAME_SIZE));
}
