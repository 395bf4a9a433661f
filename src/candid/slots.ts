import { CONTROLLERS, OVERSEERS } from './access';
import { archiveStates } from './archive-types';
import {
  argument,
  bool,
  field,
  nat16,
  nat32,
  nat64,
  nothing,
  opt,
  principal,
  query,
  record,
  room,
  text,
  update,
  type ValueOf,
  variant,
  vec,
} from './declare';

export const CandidSlotState = variant(
  'SlotState',
  'What a slot holds: an archive in one of its states, or none.',
  {
    ...archiveStates,
    Free: nothing,
    Reserved: field(nothing, 'Nothing, and kept from allocation.'),
  },
);
export type CandidSlotState = ValueOf<typeof CandidSlotState>;

export const CandidSlot = record('Slot', 'A slot as operators see it.', {
  slot: nat16,
  state: CandidSlotState,
  is_anchor: field(bool, 'It is allocated first.'),
  id: field(opt(text), "Its archive's."),
  generation: field(nat64, "Its archive's; of a free slot that of its last one, 0 for none."),
  reason: field(opt(text), 'Why it is reserved or damaged.'),
});
export type CandidSlot = ValueOf<typeof CandidSlot>;

export const CandidTombstone = record(
  'Tombstone',
  'What remains of a purged archive; times in nanoseconds since 1970.',
  {
    id: text,
    generation: nat64,
    slot: nat16,
    owner: principal,
    created_at: nat64,
    deleted_at: nat64,
    purged_at: nat64,
  },
);
export type CandidTombstone = ValueOf<typeof CandidTombstone>;

export const CandidTombstonePage = record('TombstonePage', 'Tombstones in the order of the purges.', {
  tombstones: vec(CandidTombstone),
  next: field(opt(nat64), 'Where the next page begins; absent on the last one.'),
});
export type CandidTombstonePage = ValueOf<typeof CandidTombstonePage>;

const slotArgument = argument('slot', nat16);

export const slots = room('Slots', 'Who has which slot, and what is kept free.', {
  list_slots: query('Lists all slots.', {
    takes: [],
    answers: vec(CandidSlot),
    roles: OVERSEERS,
  }),
  reserve_slot: update('Keeps a free slot from allocation, until it is released or named in a creation.', {
    takes: [slotArgument, argument('reason', text)],
    answers: nothing,
    roles: CONTROLLERS,
    audited: true,
  }),
  release_slot: update('Lets a reserved slot be allocated again.', {
    takes: [slotArgument],
    answers: nothing,
    roles: CONTROLLERS,
    audited: true,
  }),
  clear_damaged_slot: update(
    'Empties a slot whose record cannot be trusted, or whose archive is out of use and cannot be read; what lies there is lost. The archive stays, for a backup to be imported or to be purged. `true` when the slot is empty; call again otherwise.',
    {
      takes: [slotArgument],
      answers: bool,
      roles: CONTROLLERS,
      audited: true,
    },
  ),
  list_tombstones: query('Lists up to 1,000 tombstones from a place on.', {
    takes: [argument('from', nat64), argument('limit', nat32)],
    answers: CandidTombstonePage,
    roles: OVERSEERS,
  }),
});
