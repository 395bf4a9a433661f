import type { Archive } from '../archives/archive';

/** What the catalog knows of a slot. `lastGeneration` is that of the archive which had it last, 0 for none. */
export type SlotEntry =
  | { readonly kind: 'free'; readonly slot: number; readonly lastGeneration: number }
  | {
      readonly kind: 'reserved';
      readonly slot: number;
      readonly lastGeneration: number;
      readonly reason: string;
    }
  | { readonly kind: 'archive'; readonly slot: number; readonly archive: Archive }
  /** Its record cannot be trusted: nothing is read from the slot, nothing is allocated there. */
  | { readonly kind: 'damaged'; readonly slot: number; readonly reason: string }
  /** A damaged slot that is being emptied. */
  | { readonly kind: 'clearing'; readonly slot: number };

/** An entry that can be stored: one that is damaged is so because its record is. */
export type StoredSlotEntry = Exclude<SlotEntry, { kind: 'damaged' }>;
