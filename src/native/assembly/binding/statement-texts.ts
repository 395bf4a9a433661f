// Strings that QuickJS lends to a statement's parameters.

import { HostPointer } from '../externals/addresses';
import { JS_FreeCString, JSContext } from '../externals/quickjs';
import { KEPT_COUNT, LENT, LENT_COUNT, POINTER_SIZE } from './statement-layout';

/** Remembers a string that QuickJS lends until the statement is done with it. */
export function lend(record: HostPointer, text: HostPointer): void {
  const count = load<u32>(record + LENT_COUNT);
  store<u32>(record + LENT + count * POINTER_SIZE, text);
  store<u32>(record + LENT_COUNT, count + 1);
}

/** Gives the strings back that were lent until a reset. The engine's statement must have been reset, or never been stepped. */
export function releaseLent(context: JSContext, record: HostPointer): void {
  release(context, record, LENT_COUNT);
}

/** Makes a loan until the statement's end out of one until its next reset. Nothing more is lent to the statement then. */
export function keepLent(record: HostPointer): void {
  store<u32>(record + KEPT_COUNT, load<u32>(record + LENT_COUNT));
  store<u32>(record + LENT_COUNT, 0);
}

/** Gives everything back. The engine's statement is finalized. */
export function releaseAllLent(context: JSContext, record: HostPointer): void {
  release(context, record, LENT_COUNT);
  release(context, record, KEPT_COUNT);
}

function release(context: JSContext, record: HostPointer, counter: u32): void {
  const count = load<u32>(record + counter);
  for (let index: u32 = 0; index < count; index++) {
    JS_FreeCString(context, load<u32>(record + LENT + index * POINTER_SIZE));
  }
  store<u32>(record + counter, 0);
}
