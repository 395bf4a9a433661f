import type { RecordKind } from './fields';

/** Records in MemoryId 119. */
export const CATALOG_RECORD: RecordKind = {
  what: 'the catalog',
  version: 1,
  damaged: 'CATALOG_DAMAGED',
  unsupported: 'CATALOG_VERSION_UNSUPPORTED',
};
