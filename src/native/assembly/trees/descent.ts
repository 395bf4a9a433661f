import { HostPointer } from '../externals/addresses';
import { Store } from '../pages/store';
import { cellRowid, expectCells, readCell } from './cell';
import { fault } from './fault';
import { bufferPage, readFrom } from './image-pages';
import { half, MOST_VARINT_BYTES, word } from './numbers';
import { claim } from './owned-pages';
import {
  CELL_COUNT,
  CELL_POINTER,
  CHILD_POINTER,
  headerLength,
  isLeaf,
  isTable,
  isTreePage,
  RIGHT_CHILD,
  TABLE_INTERIOR,
  treeHeader,
} from './page-format';
import { isMapped, Way } from './pointer-map';
import { examinePage, hasOverflow } from './tree-page';
import { Frame, frameAt, KeySource, MOST_LEVELS, NO_LEAF_YET, Stage, TreeKind, TreeWalk } from './tree-walk';

// A tree from its root down, its rows in ascending order. Interior pages are read again in parts when their next child's
// turn comes.

/** What is read of a cell: its child and its rowid. */
const CELL_HEAD: u32 = CHILD_POINTER + MOST_VARINT_BYTES;
const part: HostPointer = <u32>memory.data(CELL_HEAD, 8);

/** Begins with the tree of a root. */
export function beginTree(walk: TreeWalk, root: u32, kind: TreeKind): void {
  walk.stage = Stage.Enter;
  walk.page = root;
  walk.parent = 0;
  walk.kind = kind;
  walk.depth = 0;
  walk.leafDepth = NO_LEAF_YET;
  walk.keySource = KeySource.None;
  walk.largestRoot = max(walk.largestRoot, root);
}

/** Enters the page in hand. */
export function enterPage(slot: Store, walk: TreeWalk): bool {
  const page = walk.page;
  if (!claim(walk, page) || !isReachedAsMapped(slot, walk) || !bufferPage(slot, walk, page)) return false;
  const header = walk.buffer + treeHeader(page);
  const type = <u32>load<u8>(header);
  if (!isOfItsTree(walk, type)) return fault(page, ' is not of the kind that its tree is');
  const cells = half(header + CELL_COUNT);
  if (cells === 0 && (walk.depth > 0 || (!isLeaf(type) && page !== 1))) return fault(page, ' has no cells');
  if (!examinePage(walk, type)) return false;
  if (isLeaf(type) ? !isAtLeafDepth(walk) : !pushFrame(walk, cells)) return false;
  walk.cell = 0;
  walk.chainLeft = 0;
  walk.stage = hasOverflow() ? Stage.Overflow : Stage.Descend;
  return true;
}

/** Takes the next child of the innermost interior page, or leaves that page; above the root, another root comes next. */
export function descend(slot: Store, walk: TreeWalk): bool {
  if (walk.depth === 0) {
    walk.stage = Stage.Root;
    return true;
  }
  const frame = frameAt(walk, walk.depth - 1);
  if (frame.next > frame.cells) {
    walk.depth--;
    return true;
  }
  if (frame.next > 0 && walk.kind === TreeKind.Table && !passSeparator(walk, frame)) return false;
  if (!(frame.next < frame.cells ? takeCell(slot, walk, frame) : takeRightChild(slot, walk, frame)))
    return false;
  frame.next++;
  walk.parent = frame.page;
  walk.stage = Stage.Enter;
  return true;
}

function isReachedAsMapped(slot: Store, walk: TreeWalk): bool {
  if (walk.parent !== 0) return isMapped(slot, walk, walk.page, Way.Child, walk.parent);
  return walk.page === 1 || isMapped(slot, walk, walk.page, Way.Root, 0);
}

function isOfItsTree(walk: TreeWalk, type: u32): bool {
  if (!isTreePage(type)) return false;
  const kind = isTable(type) ? TreeKind.Table : TreeKind.Index;
  if (walk.kind === TreeKind.Any) walk.kind = kind;
  return walk.kind === kind;
}

function isAtLeafDepth(walk: TreeWalk): bool {
  if (walk.leafDepth === NO_LEAF_YET) walk.leafDepth = walk.depth;
  return walk.leafDepth === walk.depth || fault(walk.page, ' is not as deep in its tree as other leaves');
}

function pushFrame(walk: TreeWalk, cells: u32): bool {
  if (walk.depth + 1 === MOST_LEVELS) return fault(walk.page, ' lies too deep in its tree');
  const frame = frameAt(walk, walk.depth++);
  frame.page = walk.page;
  frame.cells = cells;
  frame.next = 0;
  return true;
}

/** The rows on a separator's left have rowids up to its own. */
function passSeparator(walk: TreeWalk, frame: Frame): bool {
  const isBehind = walk.keySource === KeySource.Row ? frame.key >= walk.lastKey : frame.key > walk.lastKey;
  if (!isBehind) return fault(frame.page, ' has a rowid out of order');
  walk.keySource = KeySource.Separator;
  walk.lastKey = frame.key;
  return true;
}

function takeCell(slot: Store, walk: TreeWalk, frame: Frame): bool {
  const pointer = treeHeader(frame.page) + headerLength(TABLE_INTERIOR) + frame.next * CELL_POINTER;
  if (!readFrom(slot, walk, frame.page, pointer, part, CELL_POINTER)) return false;
  const cell = half(part);
  if (!readFrom(slot, walk, frame.page, cell, part, min(CELL_HEAD, walk.pageSize - cell))) return false;
  walk.page = word(part);
  if (walk.kind === TreeKind.Index) return true;
  expectCells(TABLE_INTERIOR, walk.usable);
  readCell(part);
  frame.key = cellRowid();
  return true;
}

function takeRightChild(slot: Store, walk: TreeWalk, frame: Frame): bool {
  const place = treeHeader(frame.page) + RIGHT_CHILD;
  if (!readFrom(slot, walk, frame.page, place, part, CHILD_POINTER)) return false;
  walk.page = word(part);
  return true;
}
