// The little of SQL's grammar that the binding itself must know.

import { HostPointer } from '../externals/addresses';

const LINE_FEED: u32 = 0x0a;
const ASTERISK: u32 = 0x2a;
const MINUS: u32 = 0x2d;
const SLASH: u32 = 0x2f;

/** True when a NUL-terminated text holds more than white space, comments and semicolons. */
export function hasStatement(text: HostPointer): bool {
  let position = text;
  for (let byte = load<u8>(position); byte !== 0; byte = load<u8>(position)) {
    const next = load<u8>(position + 1);
    if (isSkipped(byte)) position++;
    else if (byte === MINUS && next === MINUS) position = endOfLine(position);
    else if (byte === SLASH && next === ASTERISK) position = endOfComment(position);
    else return true;
  }
  return false;
}

/** White space as SQLite sees it, and the semicolon. */
function isSkipped(byte: u32): bool {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0x3b;
}

function endOfLine(start: HostPointer): HostPointer {
  let position = start;
  while (load<u8>(position) !== 0 && load<u8>(position) !== LINE_FEED) position++;
  return position;
}

/** Behind the comment, or at the text's end where the comment is not closed. */
function endOfComment(start: HostPointer): HostPointer {
  let position = start + 2;
  while (load<u8>(position) !== 0) {
    if (load<u8>(position) === ASTERISK && load<u8>(position + 1) === SLASH) return position + 2;
    position++;
  }
  return position;
}
