import { CatalogError } from '../error';

/*
 * Which MemoryIds hold what. 0..=110 belong to the consuming application, 111..=117 are kept for Tabularium,
 * 118 is the CDK runtime's private stable memory, 255 is ic-stable-structures' unallocated marker.
 */

/** The audit log. */
export const AUDIT_MEMORY_ID = 111;

/** Fleet operations and the last results of jobs. */
export const OPERATIONS_MEMORY_ID = 112;

/** Sets of migrations for many archives. */
export const MIGRATIONS_MEMORY_ID = 113;

/** What a message works in and nobody keeps (src/native/assembly/memory/scratch-memory.ts). */
const SCRATCH_MEMORY_ID = 114;

/** Where an adoption builds its copy. */
const ADOPTION_MEMORY_ID = 117;

/** The CDK runtime's private stable memory. */
const RUNTIME_MEMORY_ID = 118;

export const CATALOG_MEMORY_ID = 119;

const OWN_MEMORY_IDS: readonly number[] = [
  AUDIT_MEMORY_ID,
  OPERATIONS_MEMORY_ID,
  MIGRATIONS_MEMORY_ID,
  SCRATCH_MEMORY_ID,
  ADOPTION_MEMORY_ID,
  CATALOG_MEMORY_ID,
];

const FIRST_RESERVED_ID = 111;
const LAST_RESERVED_ID = 119;
const LAST_MEMORY_ID = 254;

/** The slots of a canister, chosen at install and fixed for its life: an archive's slot is its MemoryId. */
export interface SlotPlan {
  readonly first: number;
  /** Included. */
  readonly last: number;
  /** The default or migrated archive's slot; it is the first to be allocated. */
  readonly anchor: number;
}

/** 135 slots from 120, which is also what ic-rusqlite and ic-sqlite-vfs canisters use for their one database. */
export const DEFAULT_SLOT_PLAN: SlotPlan = { first: 120, last: LAST_MEMORY_ID, anchor: 120 };

/** The largest plan there can be: MemoryId is one byte, and no archive is ever moved to make room. */
export const MOST_SLOTS = LAST_MEMORY_ID - LAST_RESERVED_ID;

/**
 * @param runtimeIds MemoryIds that the CDK's runtime opens for itself (254 in Azle's experimental mode).
 * @throws {CatalogError} INVALID_SLOT_PLAN
 */
export function assertSlotPlan(plan: SlotPlan, runtimeIds: readonly number[]): void {
  const { first, last, anchor } = plan;
  if (![first, last, anchor].every(Number.isInteger) || first < 0 || last > LAST_MEMORY_ID || first > last) {
    throw invalid(plan, `slots are MemoryIds from 0 to ${LAST_MEMORY_ID}, the first not above the last`);
  }
  if (first <= LAST_RESERVED_ID && last >= FIRST_RESERVED_ID) {
    throw invalid(plan, `MemoryIds ${FIRST_RESERVED_ID} to ${LAST_RESERVED_ID} are Tabularium's own`);
  }
  if (!holdsSlot(plan, anchor)) {
    throw invalid(plan, `the anchor ${anchor} is not one of the slots`);
  }
  const taken = runtimeIds.find((id) => holdsSlot(plan, id));
  if (taken !== undefined) {
    throw invalid(plan, `the runtime uses MemoryId ${taken}: choose a range without it`);
  }
}

export function holdsSlot(plan: SlotPlan, slot: number): boolean {
  return Number.isInteger(slot) && slot >= plan.first && slot <= plan.last;
}

export function slotCount(plan: SlotPlan): number {
  return plan.last - plan.first + 1;
}

/** @throws {CatalogError} SLOT_OUT_OF_RANGE */
export function assertSlot(plan: SlotPlan, slot: number): void {
  if (!holdsSlot(plan, slot)) {
    throw new CatalogError(
      'SLOT_OUT_OF_RANGE',
      `${slot} is not a slot of this canister: they are ${plan.first} to ${plan.last}`,
    );
  }
}

function invalid({ first, last }: SlotPlan, why: string): CatalogError {
  return new CatalogError('INVALID_SLOT_PLAN', `the slots ${first} to ${last} cannot be installed: ${why}`);
}

/** Whose a MemoryId outside the slots is: the consuming application's, the runtime's, Tabularium's, or nobody's. */
export function ownPurposeOf(memoryId: number): 'application' | 'runtime' | 'tabularium' | 'none' {
  if (memoryId < FIRST_RESERVED_ID) {
    return 'application';
  }
  if (memoryId === RUNTIME_MEMORY_ID) {
    return 'runtime';
  }
  return OWN_MEMORY_IDS.includes(memoryId) ? 'tabularium' : 'none';
}
