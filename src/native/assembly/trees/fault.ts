import { HostPointer } from '../externals/addresses';
import { setFailureText } from '../pages/import-record';
import { writeString } from '../vfs/engine-string';

// What the walk says about a damaged image: the text goes into the record of the import in use.

const text: HostPointer = <u32>memory.data(160, 8);
const PAGE: string = 'page ';
const ZERO: u32 = 0x30;

/** Takes down what is wrong with a page. Always false, for whoever found it to answer with. */
export function fault(page: u32, what: string): bool {
  writeString(PAGE, text);
  const end = writeDecimal(page, text + PAGE.length);
  writeString(what, end);
  setFailureText(text);
  return false;
}

function writeDecimal(value: u32, at: HostPointer): HostPointer {
  const next = value < 10 ? at : writeDecimal(value / 10, at);
  store<u8>(next, ZERO + (value % 10));
  return next + 1;
}
