import { isSpent } from '../engine/instruction-budget';
import { importRecord } from '../pages/import-record';
import { Store } from '../pages/store';
import { descend, enterPage } from './descent';
import { fault } from './fault';
import { readFileHeader, statedPageSize, takeFileHeader } from './file-header';
import { takeTrunk } from './free-list';
import { forgetUnreadable, isUnreadable } from './image-pages';
import { followOverflow } from './overflow-chain';
import { isAllOwned } from './owned-pages';
import { newWalk, Stage, TreeWalk } from './tree-walk';

// Checks the structure of a staged image: each page once, whoever leads to it, in steps that end when a budget does.
// SQLite's own check does the same in one go, which an image of many short rows does not fit. docs/STORAGE.md compares them.

/** What the walk came to. */
export enum WalkOutcome {
  /** The budget is used up. */
  GoesOn = 0,
  /** All that is known was walked: another root is to be given, or the end to be told. */
  AwaitsRoot = 1,
  /** The image is damaged; the record in use says how. */
  Damaged = 2,
  /** A storage page cannot be read, which says nothing about the image. */
  Unreadable = 3,
  /** The arena is exhausted, which says nothing either. */
  OutOfMemory = 4,
}

/** Steps between two looks at the budget, which cost as much as a short step each. */
const STEPS: u32 = 16;

/** Begins the walk of the import whose record is in use, in place of an earlier one of the slot. */
export function beginWalk(slot: Store): WalkOutcome {
  if (!readFileHeader(slot)) return WalkOutcome.Unreadable;
  const record = importRecord();
  const pageSize = statedPageSize();
  const walk = newWalk(slot.id, record.session, pageSize, <u32>(record.imageSize / pageSize));
  if (walk === null) return WalkOutcome.OutOfMemory;
  return takeFileHeader(walk) ? WalkOutcome.GoesOn : WalkOutcome.Damaged;
}

/** Goes on until another root is needed, or to the end of the budget. */
export function continueWalk(slot: Store, walk: TreeWalk): WalkOutcome {
  forgetUnreadable();
  while (walk.stage !== Stage.Root) {
    for (let step: u32 = 0; step < STEPS && walk.stage !== Stage.Root; step++) {
      if (!takeStep(slot, walk)) return isUnreadable() ? WalkOutcome.Unreadable : WalkOutcome.Damaged;
      walk.steps++;
    }
    if (isSpent()) break;
  }
  return walk.stage === Stage.Root ? WalkOutcome.AwaitsRoot : WalkOutcome.GoesOn;
}

/** Ends a walk that was given all roots. */
export function endWalk(walk: TreeWalk): WalkOutcome {
  if (walk.hasPointerMap !== 0 && walk.statedRoot !== walk.largestRoot) {
    fault(1, ' names another root as the last one');
    return WalkOutcome.Damaged;
  }
  return isAllOwned(walk) ? WalkOutcome.AwaitsRoot : WalkOutcome.Damaged;
}

function takeStep(slot: Store, walk: TreeWalk): bool {
  switch (walk.stage) {
    case Stage.FreeList:
      return takeTrunk(slot, walk);
    case Stage.Enter:
      return enterPage(slot, walk);
    case Stage.Overflow:
      return followOverflow(slot, walk);
    default:
      return descend(slot, walk);
  }
}
