// Install arguments `(opt record { bucket_size_in_pages : opt nat16 })` in Candid's bytes.

const DIDL = [0x44, 0x49, 0x44, 0x4c];
/** The types `opt nat16`, `record` with the hash of the field's name, `opt record`; one argument of the last one. */
const TYPES = [3, 0x6e, 0x7a, 0x6c, 1, 0xd3, 0xf1, 0xdb, 0xcb, 9, 0, 0x6e, 1, 1, 2];

const bucketsOf = (pages: number) => new Uint8Array([...DIDL, ...TYPES, 1, 1, pages, 0]);

export const BUCKETS_OF_ONE = bucketsOf(1);
export const BUCKETS_OF_TWO = bucketsOf(2);
