import { toAscii } from './fields';

const ELLIPSIS = '...';

/** The text, or its beginning, such that a record spells it in at most `bytes` bytes. */
export function cutText(text: string, bytes: number): string {
  // A text may be as long as a message: only as much of it is spelled as could fit.
  if (text.length <= bytes && spelledLength(text) <= bytes) {
    return text;
  }
  const room = bytes - ELLIPSIS.length;
  let length = Math.min(text.length, room);
  while (spelledLength(text.slice(0, length)) > room) {
    length = Math.floor(length * 0.9);
  }
  return text.slice(0, length) + ELLIPSIS;
}

function spelledLength(text: string): number {
  return toAscii(JSON.stringify(text)).length - '""'.length;
}
