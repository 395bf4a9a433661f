import { trap as ic0Trap } from '../externals/ic0';

// A trap is how native code reports damage that no caller can handle: the IC then rolls back the heap and stable
// memory of the message together. Texts are ASCII literals in static data, so that nothing is allocated on the way.

const TEXT_CAPACITY: u32 = 512;
const text: u32 = <u32>memory.data(512);
let textLength: u32 = 0;

function append(message: string): void {
  for (let i = 0; i < message.length && textLength < TEXT_CAPACITY; i++) {
    store<u8>(text + textLength++, load<u16>(<u32>changetype<usize>(message) + (i << 1)));
  }
}

function appendDecimal(value: u64): void {
  let divisor: u64 = 1;
  while (value / divisor >= 10) divisor *= 10;
  for (; divisor > 0 && textLength < TEXT_CAPACITY; divisor /= 10) {
    store<u8>(text + textLength++, 0x30 + <u32>((value / divisor) % 10));
  }
}

function appendBytes(source: u32): void {
  for (let byte = load<u8>(source); byte !== 0 && textLength < TEXT_CAPACITY; byte = load<u8>(++source)) {
    store<u8>(text + textLength++, byte);
  }
}

function raise(): void {
  ic0Trap(text, textLength);
  unreachable();
}

/** Ends the message with an error text. Does not return. */
export function trap(message: string): void {
  textLength = 0;
  append(message);
  raise();
}

/** Ends the message with `<before><value><after>`. Does not return. */
export function trapWithNumber(before: string, value: u64, after: string): void {
  textLength = 0;
  append(before);
  appendDecimal(value);
  append(after);
  raise();
}

/** Ends the message with `<before><zero-terminated bytes at a host address>`. Does not return. */
export function trapWithBytes(before: string, source: u32): void {
  textLength = 0;
  append(before);
  appendBytes(source);
  raise();
}
