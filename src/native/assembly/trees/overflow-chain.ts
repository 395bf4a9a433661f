import { HostPointer } from '../externals/addresses';
import { Store } from '../pages/store';
import {
  CHAIN_POINTER,
  cellContent,
  cellLocal,
  cellPayload,
  chainLength,
  expectCells,
  readCell,
} from './cell';
import { fault } from './fault';
import { bufferPage, readFrom } from './image-pages';
import { half, word } from './numbers';
import { claim } from './owned-pages';
import { CELL_COUNT, CELL_POINTER, headerLength, treeHeader } from './page-format';
import { isMapped, Way } from './pointer-map';
import { beginLongHeader, examineRecord, feedLongHeader, longHeaderFits, RecordFit } from './record';
import { Stage, TreeWalk } from './tree-walk';

// Payloads that do not fit their page go on in a chain of overflow pages, each with the number of the next before its
// content. The chains of a page are followed after the page itself was examined, a link at a time.

const link: HostPointer = <u32>memory.data(CHAIN_POINTER, 8);

/** Follows the chain in hand by a page, or takes up the next one of the page in hand. */
export function followOverflow(slot: Store, walk: TreeWalk): bool {
  return walk.chainLeft === 0 ? nextChain(slot, walk) : followLink(slot, walk);
}

function nextChain(slot: Store, walk: TreeWalk): bool {
  if (!bufferPage(slot, walk, walk.page)) return false;
  const header = walk.buffer + treeHeader(walk.page);
  const type = <u32>load<u8>(header);
  const pointers = header + headerLength(type);
  const cells = half(header + CELL_COUNT);
  expectCells(type, walk.usable);
  while (walk.cell < cells) {
    readCell(walk.buffer + half(pointers + walk.cell++ * CELL_POINTER));
    if (cellLocal() === cellPayload()) continue;
    beginChain(walk);
    return true;
  }
  walk.stage = Stage.Descend;
  return true;
}

function beginChain(walk: TreeWalk): void {
  const content = cellContent();
  walk.chainPage = word(content + cellLocal());
  walk.chainParent = walk.page;
  walk.chainLeft = chainLength();
  walk.headerLeft = 0;
  if (examineRecord(content, cellLocal(), cellPayload()) === RecordFit.GoesOn) {
    beginLongHeader(walk, content, cellLocal(), cellPayload());
  }
}

function followLink(slot: Store, walk: TreeWalk): bool {
  const page = walk.chainPage;
  const way = walk.chainParent === walk.page ? Way.FirstOverflow : Way.NextOverflow;
  if (!claim(walk, page) || !isMapped(slot, walk, page, way, walk.chainParent)) return false;
  if (walk.headerLeft > 0) {
    if (!bufferPage(slot, walk, page)) return false;
    feedLongHeader(walk, walk.buffer + CHAIN_POINTER, walk.usable - CHAIN_POINTER);
    if (walk.headerLeft === 0 && !longHeaderFits(walk)) {
      return fault(walk.page, ' has a record that does not fit its cell');
    }
    walk.chainPage = word(walk.buffer);
  } else {
    if (!readFrom(slot, walk, page, 0, link, CHAIN_POINTER)) return false;
    walk.chainPage = word(link);
  }
  walk.chainParent = page;
  walk.chainLeft--;
  if (walk.chainLeft > 0 || walk.chainPage === 0) return true;
  return fault(page, ' goes on behind the end of what it holds');
}
