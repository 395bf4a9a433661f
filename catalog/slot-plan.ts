/**
 * Which MemoryIds hold what. 0..=110 belong to the consuming application, 111..=117 are kept for Tabularium,
 * 118 is the CDK runtime's private stable memory, 255 is ic-stable-structures' unallocated marker.
 */
export const CATALOG_MEMORY_ID = 119;

/** The default or migrated archive's slot; what ic-rusqlite and ic-sqlite-vfs canisters use by convention. */
export const ANCHOR_SLOT = 120;

export const FIRST_SLOT = 120;
export const LAST_SLOT = 254;

/** A hard bound: MemoryId is one byte, and no archive is ever moved to make room. */
export const SLOT_COUNT = LAST_SLOT - FIRST_SLOT + 1;
