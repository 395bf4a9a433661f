import { Store } from '../pages/store';
import { beginTree } from './descent';
import { fault } from './fault';
import { bufferPage } from './image-pages';
import { word } from './numbers';
import { claim } from './owned-pages';
import { isMapped, Way } from './pointer-map';
import { TreeKind, TreeWalk } from './tree-walk';

// The list of free pages: trunks, each of which leads to the next and names as many free pages as it has room for.

const SCHEMA_ROOT: u32 = 1;
const LEAF_COUNT: u32 = 4;
const FIRST_LEAF: u32 = 8;
const LEAF_POINTER: u32 = 4;

/** Takes the next trunk and its pages; behind the last one, the schema's tree comes. */
export function takeTrunk(slot: Store, walk: TreeWalk): bool {
  const trunk = walk.freeTrunk;
  if (trunk === 0) {
    if (walk.freeLeft !== 0) return fault(1, ' counts more free pages than their list has');
    beginTree(walk, SCHEMA_ROOT, TreeKind.Table);
    return true;
  }
  if (!claimFree(slot, walk, trunk) || !bufferPage(slot, walk, trunk)) return false;
  const leaves = word(walk.buffer + LEAF_COUNT);
  if (leaves > (walk.usable - FIRST_LEAF) / LEAF_POINTER) {
    return fault(trunk, ' of the list of free pages names more than fit');
  }
  if (walk.freeLeft < leaves + 1) return fault(1, ' counts fewer free pages than their list has');
  walk.freeLeft -= leaves + 1;
  walk.freeTrunk = word(walk.buffer);
  for (let leaf: u32 = 0; leaf < leaves; leaf++) {
    if (!claimFree(slot, walk, word(walk.buffer + FIRST_LEAF + leaf * LEAF_POINTER))) return false;
  }
  return true;
}

function claimFree(slot: Store, walk: TreeWalk, page: u32): bool {
  return claim(walk, page) && isMapped(slot, walk, page, Way.Free, 0);
}
